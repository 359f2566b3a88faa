import type { Dataset } from '../../kit/load';

interface Node {
  name: string;
  below?: Record<string, Node>;
}

const kind = (name: string): Node => ({ name });
const group = (name: string, below: Record<string, Node>): Node => ({ name, below });

/** Vegetables and fruit in the groups of GB 2763-2021, appendix A, as far as the delta's bases supply them. */
const FOOD_TREE: Record<string, Node> = {
  VEGETABLES: group('蔬菜', {
    BULB_VEGETABLES: group('鳞茎类蔬菜', {
      GARLIC: kind('大蒜'),
      GARLIC_SPROUT: kind('蒜薹'),
      CHINESE_CHIVE: kind('韭菜'),
      LILY_BULB: kind('百合'),
      ONION: kind('洋葱'),
      WELSH_ONION: kind('葱'),
    }),
    BRASSICA_VEGETABLES: group('芸薹属类蔬菜', {
      BROCCOLI: kind('青花菜'),
      CABBAGE: kind('结球甘蓝'),
      CAULIFLOWER: kind('花椰菜'),
      CHINESE_KALE: kind('芥蓝'),
      FLOWERING_CABBAGE: kind('菜薹'),
    }),
    LEAF_VEGETABLES: group('叶菜类蔬菜', {
      CHINESE_CABBAGE: kind('大白菜'),
      LEAFY_GREENS: group('绿叶类蔬菜', {
        AMARANTH: kind('苋菜'),
        GARLAND_CHRYSANTHEMUM: kind('茼蒿'),
        LEAF_LETTUCE: kind('叶用莴苣'),
        PAK_CHOI: kind('普通白菜'),
        SHEPHERDS_PURSE: kind('荠菜'),
        SPINACH: kind('菠菜'),
        WATER_SPINACH: kind('蕹菜'),
      }),
      PETIOLE_VEGETABLES: group('叶柄类蔬菜', {
        CELERY: kind('芹菜'),
        FENNEL: kind('茴香'),
      }),
    }),
    FRUITING_VEGETABLES: group('茄果类蔬菜', {
      CHERRY_TOMATO: kind('樱桃番茄'),
      CHILI: kind('辣椒'),
      EGGPLANT: kind('茄子'),
      OKRA: kind('秋葵'),
      SWEET_PEPPER: kind('甜椒'),
      TOMATO: kind('番茄'),
    }),
    GOURD_VEGETABLES: group('瓜类蔬菜', {
      BITTER_GOURD: kind('苦瓜'),
      CUCUMBER: kind('黄瓜'),
      LOOFAH: kind('丝瓜'),
      PUMPKIN: kind('南瓜'),
      WAX_GOURD: kind('冬瓜'),
    }),
    LEGUME_VEGETABLES: group('豆类蔬菜', {
      BROAD_BEAN: kind('蚕豆'),
      COMMON_BEAN: kind('菜豆'),
      COWPEA: kind('豇豆'),
      GREEN_SOYBEAN: kind('菜用大豆'),
      PEA: kind('豌豆'),
    }),
    STEM_VEGETABLES: group('茎类蔬菜', {
      ASPARAGUS: kind('芦笋'),
      STEM_LETTUCE: kind('茎用莴苣'),
    }),
    ROOT_VEGETABLES: group('根茎类和薯芋类蔬菜', {
      CARROT: kind('胡萝卜'),
      CHINESE_YAM: kind('山药'),
      GINGER: kind('姜'),
      POTATO: kind('马铃薯'),
      RADISH: kind('萝卜'),
      SWEET_POTATO: group('甘薯', {
        SWEET_POTATO_MINI: kind('迷你甘薯'),
        SWEET_POTATO_TABLE: kind('普通鲜食甘薯'),
      }),
      TARO: kind('芋'),
    }),
    AQUATIC_VEGETABLES: group('水生类蔬菜', {
      ARROWHEAD: kind('慈姑'),
      LOTUS_ROOT: kind('莲藕'),
      WATER_BAMBOO: kind('茭白'),
      WATER_CALTROP: kind('菱角'),
      WATER_CHESTNUT: kind('荸荠'),
    }),
    SPROUT_VEGETABLES: group('芽菜类蔬菜', {
      MUNG_BEAN_SPROUT: kind('绿豆芽'),
      SOYBEAN_SPROUT: kind('黄豆芽'),
    }),
    OTHER_VEGETABLES: group('其他类蔬菜', {
      BAMBOO_SHOOT: kind('竹笋'),
      DAYLILY: kind('黄花菜'),
    }),
  }),
  FRUITS: group('水果', {
    BERRIES: group('浆果和其他小型类水果', {
      BLUEBERRY: kind('蓝莓'),
      GRAPE: kind('葡萄'),
      STRAWBERRY: kind('草莓'),
    }),
    CITRUS_FRUITS: group('柑橘类水果', {
      MANDARIN: kind('柑橘'),
      POMELO: kind('柚'),
    }),
    MELON_FRUITS: group('瓜果类水果', {
      MELON: kind('甜瓜'),
      WATERMELON: kind('西瓜'),
    }),
    POME_FRUITS: group('仁果类水果', {
      APPLE: kind('苹果'),
      LOQUAT: kind('枇杷'),
      PEAR: kind('梨'),
    }),
    STONE_FRUITS: group('核果类水果', {
      PEACH: kind('桃'),
      PLUM: kind('李子'),
      WAXBERRY: kind('杨梅'),
    }),
  }),
};

interface ProductInsert {
  code: string;
  name: string;
  parent_path: string | null;
}

/** Every node of the tree, each after the node above it. */
const nodesOf = (tree: Record<string, Node>, parentPath: string | null): ProductInsert[] =>
  Object.entries(tree).flatMap(([code, { name, below = {} }]) => [
    { code, name, parent_path: parentPath },
    ...nodesOf(below, `${parentPath ?? '/'}${code}/`),
  ]);

export const foodTree: Dataset = {
  name: 'food-tree',
  version: '1',
  load: async (db) => {
    await db<ProductInsert>('products')
      .comment('products.loadFoodTree')
      .insert(nodesOf(FOOD_TREE, null))
      .onConflict('code')
      .merge();
  },
};
