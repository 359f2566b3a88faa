import type { CodegenConfig } from '@graphql-codegen/cli';

/** Which rows stand behind the types of each subgraph. References to other subgraphs' entities are their keys. */
const references = {
  Jurisdiction: '../kit/references#JurisdictionRef',
  Agency: '../kit/references#AgencyRef',
};
const mappers: Record<string, Record<string, string>> = {
  agriculture: {
    Product: './products/store#ProductRow',
    SupplyStandard: './standards/store#SupplyStandardRow',
    StandardPair: './comparisons/compare#ComparedPair',
    StandardComparison: './comparisons/compare#ComparedParameter',
    MarketMatrixRow: './comparisons/compare#MatrixRow',
    MarketMatrixCell: './comparisons/compare#MatrixCell',
    StandardLimit: './standards/store#StandardLimitRow',
    StandardParameter: './standards/store#StandardParameterRow',
    SupplyBase: './bases/store#SupplyBaseRow',
    Accreditation: './bases/store#AccreditationRow',
    AccreditationVisit: './bases/store#AccreditationVisitRow',
    AccreditationEvent: './bases/store#AccreditationEventRow',
    VisitCheck: './bases/rules#VisitCheckRecord',
  },
  grid: {
    GridCase: './cases/store#GridCaseRow',
    GridCaseEvent: './cases/store#GridCaseEventRow',
    GridCaseCategory: './categories/store#GridCaseCategoryRow',
    GridCaseLimit: './categories/store#GridCaseLimitRow',
    GridCaseClock: './life-cycle/rules#Clock',
    GridCaseExtension: './extensions/store#GridCaseExtensionRow',
    GridCaseReferral: './referrals/store#GridCaseReferralRow',
    GridCaseRoute: './routes/store#GridCaseRouteRow',
    GridReport: './reports/rules#MonthReport',
    GridAgencyReport: './reports/rules#AgencyReport',
    GridCategoryReport: './reports/rules#CategoryReport',
    JointPatrolShift: './joint-patrols/store#JointPatrolShiftRow',
    JointPatrolAttendance: './joint-patrols/store#AttendanceRow',
    Reach: './reaches/store#ReachRow',
    GridAlert: './reaches/store#GridAlertRow',
  },
  personnel: {
    Officer: './officers/store#OfficerRow',
    Secondment: './secondments/store#SecondmentRow',
    SecondmentStint: './secondments/store#SecondmentStintRow',
    SecondmentEvent: './secondments/store#SecondmentEventRow',
    SecondmentProgram: './programs/store#SecondmentProgramRow',
    SecondmentExtension: './extensions/store#ExtensionRow',
    SecondmentAssessment: './assessments/store#AssessmentRow',
    LaborFlow: './labor-flow/rules#LaborFlowSums',
    LaborFlowFigure: './labor-flow/rules#SideFigure',
    LaborFlowBatch: './labor-flow/store#LaborFlowBatchRow',
    LaborFlowReport: './labor-flow/store#LaborFlowReportRow',
    LaborFlowChange: './labor-flow/store#LaborFlowChangeRow',
  },
  registry: {
    Jurisdiction: './jurisdictions/store#JurisdictionRow',
    Agency: './agencies/store#AgencyRow',
    AgencyFunction: './agencies/store#AgencyFunctionRow',
    SharingCatalogEntry: './catalog/rules#CatalogEntry',
    SharingCatalogField: './catalog/rules#CatalogField',
    SharingGrant: './grants/store#SharingGrantRow',
    SharingGrantEvent: './grants/store#SharingGrantEventRow',
    DataCorrection: './corrections/store#DataCorrectionRow',
    DataCorrectionEvent: './corrections/store#DataCorrectionEventRow',
    AccessExplanation: './access/explain#Explanation',
    FieldAccess: './access/explain#ExplainedField',
    AccessReceipt: './receipts/store#ReceiptLeafRow',
    AccessReceiptItem: './receipts/store#ReceiptItemRow',
    AccessReceiptTotal: './receipts/store#ReceiptTotalRow',
  },
  tourism: {
    ReviewProcedure: './procedures/store#ReviewProcedureRow',
    ReviewFunction: './procedures/store#ReviewFunctionRow',
    ReviewMaterial: './procedures/store#ReviewMaterialRow',
    LicenseApplication: './applications/store#LicenseApplicationRow',
    LicenseBusiness: './applications/store#LicenseBusinessRow',
    LicenseMaterial: './applications/store#LicenseMaterialRow',
    LicenseApplicant: './applications/store#LicenseApplicantRow',
    LicenseApplicationEvent: './applications/store#LicenseApplicationEventRow',
  },
};

const config: CodegenConfig = {
  generates: Object.fromEntries(
    Object.entries(mappers).map(([subgraph, own]) => [
      `subgraphs/${subgraph}/schema-types.ts`,
      {
        schema: ['schema/common.graphql', `schema/${subgraph}/*.graphql`],
        plugins: ['typescript', 'typescript-resolvers'],
        config: {
          federation: true,
          mappers: { ...references, ...own },
          contextType: `./loaders#${subgraph[0]?.toUpperCase()}${subgraph.slice(1)}Context`,
          scalars: {
            ID: 'string',
            DateTime: { input: 'Date', output: 'Date | string' },
            Date: 'string',
            Month: 'string',
            JurisdictionCode: 'string',
            AgencyCode: 'string',
            Sector: 'string',
          },
          enumsAsTypes: true,
          useTypeImports: true,
          avoidOptionals: { field: true, inputValue: false, object: true, defaultValue: false },
          makeResolverTypeCallable: false,
        },
      },
    ]),
  ),
};

export default config;
