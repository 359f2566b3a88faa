import { ChevronDownIcon, DropdownMenu, pick, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { useLanguage } from '../../shared/language';
import { EXAMPLES, type Example, exampleText, exampleVariables } from '../examples';

/** Goes to the tab of an example, or opens it again once its tab is closed or edited. */
export function ExampleMenu() {
  const { language, messages } = useLanguage();
  const { addTab, changeTab } = useGraphiQLActions();
  const { tabs, queryEditor, variableEditor } = useGraphiQL(pick('tabs', 'queryEditor', 'variableEditor'));

  const open = (example: Example): void => {
    const text = exampleText(example, language);
    const index = tabs.findIndex((tab) => tab.query === text);
    if (index >= 0) {
      changeTab(index);
      return;
    }
    addTab();
    queryEditor?.setValue(text);
    variableEditor?.setValue(exampleVariables(example));
  };

  return (
    <DropdownMenu>
      <DropdownMenu.Button className="example-menu">
        {messages.examples}
        <ChevronDownIcon aria-hidden="true" />
      </DropdownMenu.Button>
      <DropdownMenu.Content align="end">
        {EXAMPLES.map((example) => (
          <DropdownMenu.Item key={example.name} onSelect={() => open(example)}>
            {example.title[language]}
          </DropdownMenu.Item>
        ))}
      </DropdownMenu.Content>
    </DropdownMenu>
  );
}
