/* Changes of a draft: each by its effect, and thousands at random: whatever is done, the draft stays a valid app
 * that reads back as it was written. */
#include "base/rng.h"
#include "project/luis_draft_form.h"
#include "project/luis_edit.h"
#include "project/luis_json.h"
#include "tests/case_file.h"
#include "tests/with_arena.h"

static const char shop[] =
    "{\"luis_schema_version\":\"7.0.0\",\"versionId\":\"0.1\",\"name\":\"Shop\",\"culture\":\"en-us\","
    "\"intents\":[{\"name\":\"None\"},{\"name\":\"Order\",\"features\":[{\"modelName\":\"number\"},{\"featureName\":"
    "\"Toppings\"}]},{\"name\":\"Find\",\"features\":[{\"modelName\":\"Order\"},{\"modelName\":\"Unit\"}]}],"
    "\"entities\":[{\"name\":\"Pizza\",\"roles\":[\"first\"],\"features\":[{\"modelName\":\"Sizes\"}],\"children\":["
    "{\"name\":\"Size\",\"children\":[{\"name\":\"Unit\"}],\"features\":[{\"modelName\":\"Sizes\",\"isRequired\":true}]"
    "},"
    "{\"name\":\"Topping\",\"features\":[{\"featureName\":\"Toppings\"}]}]}],"
    "\"hierarchicals\":[{\"name\":\"Place\",\"children\":[{\"name\":\"From\"},{\"name\":\"To\"}]}],"
    "\"composites\":[{\"name\":\"Trip\",\"roles\":[\"back\"],\"children\":[{\"name\":\"number\"},{\"name\":"
    "\"Place::To\"}]}],"
    "\"closedLists\":[{\"name\":\"Sizes\",\"roles\":[\"wanted\"],\"subLists\":[{\"canonicalForm\":\"Large\",\"list\":"
    "[\"big\",\"huge\"]},{\"canonicalForm\":\"Small\",\"list\":[]}]}],"
    "\"prebuiltEntities\":[{\"name\":\"number\",\"roles\":[\"guests\"]}],"
    "\"patternAnyEntities\":[{\"name\":\"Title\",\"explicitList\":[\"the man\",\"it\"],\"roles\":[\"book\"]}],"
    "\"regex_entities\":[{\"name\":\"Code\",\"regexPattern\":\"[a-z]{4}\",\"roles\":[]}],"
    "\"phraselists\":[{\"name\":\"Toppings\",\"mode\":true,\"words\":\"ham,olives\",\"activated\":true,"
    "\"enabledForAllModels\":false}],"
    "\"patterns\":[{\"pattern\":\"where is {Title:book}[ in {Pizza}]\",\"intent\":\"Find\"},{\"pattern\":"
    "\"{Pizza:first} now\",\"intent\":\"Order\"}],"
    "\"utterances\":[{\"text\":\"a huge one with ham\",\"intent\":\"Order\",\"entities\":[{\"entity\":"
    "\"Pizza\",\"startPos\":2,\"endPos\":18,\"role\":\"first\",\"children\":[{\"entity\":\"Size\",\"startPos\":2,"
    "\"endPos\":5,\"children\":[{\"entity\":\"Unit\",\"startPos\":2,\"endPos\":3}]},{\"entity\":\"Topping\","
    "\"startPos\":16,\"endPos\":18}]},{\"entity\":\"Sizes\",\"role\":\"wanted\",\"startPos\":2,\"endPos\":5}]},"
    "{\"text\":\"two to "
    "rome\",\"intent\":\"Find\",\"entities\":[{\"entity\":\"Place::To\",\"startPos\":7,\"endPos\":10}"
    ",{\"entity\":\"Trip\",\"startPos\":0,\"endPos\":10}]},{\"text\":\"hello\",\"intent\":\"None\"}]}";

static luis_draft *shop_draft(void) {
  luis_app app;
  luis_draft *d;
  err e = {0};
  if (luis_read(str_of(shop), &a, &app, &e) != ERR_OK) fail_msg("%s", e.message);
  if (luis_draft_new(&app, &a, &d, &e) != ERR_OK) fail_msg("%s", e.message);
  return d;
}

static str stored(const luis_draft *d) {
  buf b = {0};
  luis_draft_write(d, &b);
  str s = arena_str(&a, buf_str(&b));
  buf_free(&b);
  return s;
}

static luis_draft *read_again(str json) {
  luis_draft *d;
  err e = {0};
  if (luis_draft_read(json, &a, &d, &e) != ERR_OK) fail_msg("%s in %.*s", e.message, (int)json.n, json.p);
  return d;
}

/* The app of the draft in JSON, without ids. */
static str app_text(const luis_draft *d) {
  luis_app app;
  err e = {0};
  buf b = {0};
  if (luis_draft_app(d, &a, &app, &e) != ERR_OK) fail_msg("%s", e.message);
  luis_write(&app, &b);
  str s = arena_str(&a, buf_str(&b));
  buf_free(&b);
  assert_str_equal(stored(read_again(stored(d))), stored(d));
  return s;
}

#define HAS(d, text)   assert_non_null(strstr(app_text(d).p, text))
#define LACKS(d, text) assert_null(strstr(app_text(d).p, text))
#define OK(call)                                                                                                       \
  do {                                                                                                                 \
    err ok_e_ = {0};                                                                                                   \
    err *e = &ok_e_;                                                                                                   \
    if ((call) != ERR_OK) fail_msg("%s", ok_e_.message);                                                               \
  } while (0)
#define FAILS(code, call)                                                                                              \
  do {                                                                                                                 \
    err fails_e_ = {0};                                                                                                \
    err *e = &fails_e_;                                                                                                \
    assert_int_equal((call), (code));                                                                                  \
    assert_true(fails_e_.message[0]);                                                                                  \
  } while (0)

static str intent_id(const luis_draft *d, const char *name) {
  for (size_t i = 0; i < d->intents.n; i++)
    if (str_eq(d->intents.v[i].v.name, str_of(name))) return d->intents.v[i].id;
  fail_msg("no intent %s", name);
  return STR_NONE;
}

static const draft_entity *entity_of(const luis_draft *d, luis_kind kind, const char *name) {
  for (size_t i = 0; i < d->entities[kind].n; i++)
    if (str_eq(d->entities[kind].v[i].name, str_of(name))) return &d->entities[kind].v[i];
  fail_msg("no entity %s", name);
  return NULL;
}

/* ---- One change and its effect ---- */

static void test_intents(void **state) {
  (void)state;
  luis_draft *d = shop_draft();
  str id;
  OK(luis_intent_add(d, STR("Pay"), &id, e));
  assert_int_equal(id.n, ID_UUID_LEN);
  FAILS(ERR_INVALID_ARGUMENT, luis_intent_add(d, STR("Pay"), &id, e));
  FAILS(ERR_INVALID_ARGUMENT, luis_intent_add(d, STR("a:b"), &id, e));
  FAILS(ERR_INVALID_ARGUMENT, luis_intent_add(d, STR(""), &id, e));
  FAILS(ERR_NOT_FOUND, luis_intent_rename(d, STR("x"), STR("y"), e));
  OK(luis_intent_rename(d, intent_id(d, "Order"), STR("Buy"), e));
  HAS(d, "{\"modelName\":\"Buy\"");
  HAS(d, "\"text\":\"a huge one with ham\",\"intent\":\"Buy\"");
  LACKS(d, "\"Order\"");
  FAILS(ERR_INVALID_ARGUMENT, luis_intent_rename(d, intent_id(d, "None"), STR("y"), e));
  FAILS(ERR_INVALID_ARGUMENT, luis_intent_delete(d, intent_id(d, "None"), false, e));
}

static void test_intent_delete_moves_utterances(void **state) {
  (void)state;
  luis_draft *d = shop_draft();
  OK(luis_intent_delete(d, intent_id(d, "Order"), false, e));
  HAS(d, "\"text\":\"a huge one with ham\",\"intent\":\"None\"");
  HAS(d, "\"text\":\"two to rome\",\"intent\":\"Find\"");
  LACKS(d, "{Pizza:first} now");
  LACKS(d, "{\"modelName\":\"Order\"");
  OK(luis_intent_delete(d, intent_id(d, "Find"), true, e));
  LACKS(d, "two to rome");
  LACKS(d, "where is");
  HAS(d, "hello");
}

static void test_entity_rename_is_carried(void **state) {
  (void)state;
  luis_draft *d = shop_draft();
  OK(luis_learned_update(d, entity_of(d, LUIS_ENTITY, "Pizza")->id, STR("Dish"), STR_NONE, e));
  LACKS(d, "Pizza");
  HAS(d, "{\"entity\":\"Dish\",\"startPos\":2");
  HAS(d, "where is {Title:book}[ in {Dish}]");
  HAS(d, "{Dish:first} now");
  luis_entity place = {.name = STR("Spot")};
  OK(luis_entity_update(d, LUIS_HIERARCHICAL, entity_of(d, LUIS_HIERARCHICAL, "Place")->id, &place, e));
  HAS(d, "{\"name\":\"Spot::To\"}");
  HAS(d, "{\"entity\":\"Spot::To\"");
  luis_entity sizes = {.name = STR("Measures")};
  OK(luis_entity_update(d, LUIS_CLOSED_LIST, entity_of(d, LUIS_CLOSED_LIST, "Sizes")->id, &sizes, e));
  HAS(d, "{\"modelName\":\"Measures\",\"isRequired\":true}");
  HAS(d, "{\"entity\":\"Measures\",\"startPos\":2,\"endPos\":5,\"role\":\"wanted\"");
  LACKS(d, "\"Sizes\"");
  HAS(d, "\"canonicalForm\":\"Large\"");
  FAILS(ERR_INVALID_ARGUMENT, luis_learned_update(d, entity_of(d, LUIS_ENTITY, "Dish")->id, STR("Code"), STR_NONE, e));
}

static void test_entity_delete_is_carried(void **state) {
  (void)state;
  luis_draft *d = shop_draft();
  OK(luis_entity_delete(d, LUIS_PREBUILT, entity_of(d, LUIS_PREBUILT, "number")->id, e));
  LACKS(d, "number");
  OK(luis_entity_delete(d, LUIS_CLOSED_LIST, entity_of(d, LUIS_CLOSED_LIST, "Sizes")->id, e));
  LACKS(d, "Sizes");
  OK(luis_learned_delete(d, entity_of(d, LUIS_ENTITY, "Pizza")->id, e));
  LACKS(d, "Pizza");
  LACKS(d, "\"first\"");
  assert_int_equal(d->patterns.n, 0);
  HAS(d, "\"text\":\"a huge one with ham\",\"intent\":\"Order\",\"entities\":[]");
  OK(luis_entity_delete(d, LUIS_HIERARCHICAL, entity_of(d, LUIS_HIERARCHICAL, "Place")->id, e));
  LACKS(d, "Place");
  FAILS(ERR_NOT_FOUND, luis_entity_delete(d, LUIS_HIERARCHICAL, STR("x"), e));
}

static void test_children(void **state) {
  (void)state;
  luis_draft *d = shop_draft();
  str pizza = entity_of(d, LUIS_ENTITY, "Pizza")->id, id, inner;
  luis_child crust = {.name = STR("Crust")};
  OK(luis_child_add(d, pizza, &crust, &id, e));
  OK(luis_child_add(d, id, &(luis_child){.name = STR("Edge")}, &inner, e));
  HAS(d, "{\"name\":\"Crust\",\"children\":[{\"name\":\"Edge\"");
  OK(luis_learned_update(d, inner, STR("Rim"), STR("number"), e));
  HAS(d, "{\"name\":\"Rim\",\"children\":[],\"features\":[{\"modelName\":\"number\",\"isRequired\":true}]}");
  static const luis_feature instances[] = {{{"Sizes", 5}, false, true}, {{"Trip", 4}, false, true}};
  OK(luis_child_add(d, pizza, &(luis_child){.name = STR("Kind"), .features = {instances, 2}}, &id, e));
  HAS(d, "[{\"modelName\":\"Sizes\",\"isRequired\":true},{\"modelName\":\"Trip\",\"isRequired\":false}]");
  FAILS(ERR_INVALID_ARGUMENT, luis_child_add(d, pizza, &crust, &id, e));

  d = shop_draft();
  str size = entity_of(d, LUIS_ENTITY, "Pizza")->children.v[0].id;
  str unit = entity_of(d, LUIS_ENTITY, "Pizza")->children.v[0].children.v[0].id;
  OK(luis_learned_update(d, unit, STR("Scale"), STR_NONE, e));
  HAS(d, "{\"modelName\":\"Scale\"");
  HAS(d, "{\"entity\":\"Scale\",\"startPos\":2,\"endPos\":3");
  LACKS(d, "\"Unit\"");
  OK(luis_learned_delete(d, size, e));
  LACKS(d, "\"Size\"");
  LACKS(d, "Scale");
  HAS(d, "{\"entity\":\"Topping\"");
}

static void test_child_levels_and_counts_are_limited(void **state) {
  (void)state;
  luis_draft *d = shop_draft();
  str id = entity_of(d, LUIS_ENTITY, "Pizza")->id, made;
  for (int level = 0; level < LUIS_LIMIT_LEVELS; level++) {
    OK(luis_child_add(d, id, &(luis_child){.name = arena_printf(&a, "deep%d", level)}, &made, e));
    id = made;
  }
  FAILS(ERR_QUOTA_EXCEEDED, luis_child_add(d, id, &(luis_child){.name = STR("deeper")}, &made, e));
  d = shop_draft();
  id = entity_of(d, LUIS_ENTITY, "Pizza")->id;
  for (int i = 2; i < LUIS_LIMIT_CHILDREN; i++)
    OK(luis_child_add(d, id, &(luis_child){.name = arena_printf(&a, "c%d", i)}, &made, e));
  FAILS(ERR_QUOTA_EXCEEDED, luis_child_add(d, id, &(luis_child){.name = STR("more")}, &made, e));
}

static void test_parts(void **state) {
  (void)state;
  luis_draft *d = shop_draft();
  str place = entity_of(d, LUIS_HIERARCHICAL, "Place")->id, trip = entity_of(d, LUIS_COMPOSITE, "Trip")->id, id;
  str to = entity_of(d, LUIS_HIERARCHICAL, "Place")->parts.v[1].id;
  assert_str_equal(luis_part_id(d, entity_of(d, LUIS_COMPOSITE, "Trip"), 1), to);
  OK(luis_part_rename(d, place, to, STR("Into"), e));
  HAS(d, "{\"name\":\"Place::Into\"}");
  HAS(d, "{\"entity\":\"Place::Into\"");
  OK(luis_part_add(d, LUIS_HIERARCHICAL, place, STR("Via"), &id, e));
  FAILS(ERR_INVALID_ARGUMENT, luis_part_add(d, LUIS_HIERARCHICAL, place, STR("Via"), &id, e));
  d = shop_draft();
  place = entity_of(d, LUIS_HIERARCHICAL, "Place")->id, trip = entity_of(d, LUIS_COMPOSITE, "Trip")->id;
  OK(luis_part_add(d, LUIS_COMPOSITE, trip, STR("Code"), &id, e));
  assert_str_equal(id, entity_of(d, LUIS_REGEX, "Code")->id);
  OK(luis_part_delete(d, LUIS_COMPOSITE, trip, id, e));
  FAILS(ERR_INVALID_ARGUMENT, luis_part_add(d, LUIS_COMPOSITE, trip, STR("Nobody"), &id, e));
  d = shop_draft();
  place = entity_of(d, LUIS_HIERARCHICAL, "Place")->id;
  luis_entity fewer = {.parts = {(str[]){STR("From"), STR("Over")}, 2}};
  str from = entity_of(d, LUIS_HIERARCHICAL, "Place")->parts.v[0].id;
  OK(luis_entity_update(d, LUIS_HIERARCHICAL, place, &fewer, e));
  assert_str_equal(entity_of(d, LUIS_HIERARCHICAL, "Place")->parts.v[0].id, from);
  LACKS(d, "Place::To");
}

static void test_composites_do_not_hold_themselves(void **state) {
  (void)state;
  luis_draft *d = shop_draft();
  str id, trip = entity_of(d, LUIS_COMPOSITE, "Trip")->id;
  FAILS(ERR_INVALID_ARGUMENT, luis_part_add(d, LUIS_COMPOSITE, trip, STR("Trip"), &id, e));
}

static void test_lists(void **state) {
  (void)state;
  luis_draft *d = shop_draft();
  const draft_entity *sizes = entity_of(d, LUIS_CLOSED_LIST, "Sizes");
  int64_t large = sizes->sublists.v[0].id, id;
  static const str m = {"m", 1};
  static const luis_sublist medium = {{"Medium", 6}, {&m, 1}}, middle = {{"Middle", 6}, {&m, 1}};
  OK(luis_sublist_add(d, sizes->id, &medium, &id, e));
  OK(luis_sublist_replace(d, sizes->id, id, &middle, e));
  HAS(d, "{\"canonicalForm\":\"Middle\",\"list\":[\"m\"]}");
  static const luis_sublist v[] = {{{"Huge", 4}, {NULL, 0}}, {{"Large", 5}, {&m, 1}}};
  OK(luis_entity_update(d, LUIS_CLOSED_LIST, sizes->id, &(luis_entity){.sublists = {v, 2}}, e));
  assert_int_equal(sizes->sublists.n, 2);
  assert_int_equal(sizes->sublists.v[1].id, large);
  assert_true(sizes->sublists.v[0].id > id);
  OK(luis_sublists_append(d, sizes->id, (luis_sublists){&medium, 1}, e));
  OK(luis_sublist_delete(d, sizes->id, large, e));
  FAILS(ERR_NOT_FOUND, luis_sublist_delete(d, sizes->id, large, e));
  LACKS(d, "\"Large\"");

  str title = entity_of(d, LUIS_PATTERN_ANY, "Title")->id;
  OK(luis_explicit_add(d, title, STR("her"), &id, e));
  OK(luis_explicit_replace(d, title, id, STR("him"), e));
  HAS(d, "[\"the man\",\"it\",\"him\"]");
  OK(luis_explicit_delete(d, title, id, e));
  FAILS(ERR_NOT_FOUND, luis_explicit_delete(d, title, id, e));
}

static void test_long_lists_are_refused(void **state) {
  (void)state;
  luis_draft *d = shop_draft();
  enum { ROWS = LUIS_LIMIT_SYNONYMS / 2 + 1 };
  luis_sublist *v = ARENA_ARRAY(&a, luis_sublist, ROWS);
  static const str words[] = {{"x", 1}, {"y", 1}};
  for (size_t i = 0; i < ROWS; i++) v[i] = (luis_sublist){arena_printf(&a, "row %zu", i), {words, 2}};
  str id;
  FAILS(ERR_QUOTA_EXCEEDED,
        luis_entity_add(d, LUIS_CLOSED_LIST, &(luis_entity){.name = STR("Long"), .sublists = {v, ROWS}}, &id, e));
  d = shop_draft();
  OK(luis_entity_add(d, LUIS_CLOSED_LIST, &(luis_entity){.name = STR("Long"), .sublists = {v, ROWS - 1}}, &id, e));
}

static void test_roles(void **state) {
  (void)state;
  luis_draft *d = shop_draft();
  const draft_entity *pizza = entity_of(d, LUIS_ENTITY, "Pizza"), *sizes = entity_of(d, LUIS_CLOSED_LIST, "Sizes");
  str id;
  FAILS(ERR_INVALID_ARGUMENT, luis_role_add(d, LUIS_CLOSED_LIST, sizes->id, STR("first"), &id, e));
  OK(luis_role_add(d, LUIS_CLOSED_LIST, sizes->id, STR("given"), &id, e));
  OK(luis_role_rename(d, LUIS_ENTITY, pizza->id, pizza->roles.v[0].id, STR("one"), e));
  HAS(d, "{Pizza:one} now");
  HAS(d, "\"role\":\"one\"");
  OK(luis_role_delete(d, LUIS_ENTITY, pizza->id, pizza->roles.v[0].id, e));
  HAS(d, "\"{Pizza} now\"");
  HAS(d, "{\"entity\":\"Pizza\",\"startPos\":2,\"endPos\":18,\"children\"");
  OK(luis_role_delete(d, LUIS_CLOSED_LIST, sizes->id, sizes->roles.v[0].id, e));
  LACKS(d, "\"entity\":\"Sizes\"");
  FAILS(ERR_NOT_FOUND, luis_role_delete(d, LUIS_CLOSED_LIST, sizes->id, STR("none"), e));
}

static void test_expressions(void **state) {
  (void)state;
  luis_draft *d = shop_draft();
  const draft_entity *code = entity_of(d, LUIS_REGEX, "Code");
  OK(luis_entity_update(d, LUIS_REGEX, code->id, &(luis_entity){.regex_pattern = STR("[0-9]+")}, e));
  HAS(d, "\"regexPattern\":\"[0-9]+\"");
  static const char *const bad[] = {"", "(", "[a-", "*"};
  for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
    luis_entity en = {.name = STR("R"), .regex_pattern = str_of(bad[i])};
    str id;
    FAILS(ERR_INVALID_ARGUMENT, luis_entity_update(d, LUIS_REGEX, code->id, &en, e));
    FAILS(ERR_INVALID_ARGUMENT, luis_entity_add(d, LUIS_REGEX, &en, &id, e));
  }
  HAS(d, "\"name\":\"Code\"");
}

static void test_prebuilts_by_culture(void **state) {
  (void)state;
  luis_draft *d = shop_draft();
  str id;
  OK(luis_entity_add(d, LUIS_PREBUILT, &(luis_entity){.name = STR("DATETIMEv2")}, &id, e));
  HAS(d, "\"datetimeV2\"");
  FAILS(ERR_INVALID_ARGUMENT, luis_entity_add(d, LUIS_PREBUILT, &(luis_entity){.name = STR("datetimeV2")}, &id, e));
  FAILS(ERR_INVALID_ARGUMENT, luis_entity_add(d, LUIS_PREBUILT, &(luis_entity){.name = STR("weather")}, &id, e));
  const luis_prebuilt *v[LUIS_PREBUILTS];
  assert_int_equal(luis_prebuilts_of(STR("en-us"), v), 15);
  assert_int_equal(luis_prebuilts_of(STR("zh-cn"), v), 14);
  size_t n = luis_prebuilts_of(STR("ko-kr"), v);
  assert_int_equal(n, 6);
  for (size_t i = 0; i < n; i++) assert_string_not_equal(v[i]->name, "number");
}

static void test_phraselists(void **state) {
  (void)state;
  luis_draft *d = shop_draft();
  int64_t id;
  luis_phraselist more = {.name = STR("More"), .words = STR("a,b"), .activated = true};
  OK(luis_phraselist_add(d, &more, &id, e));
  FAILS(ERR_INVALID_ARGUMENT, luis_phraselist_add(d, &more, &id, e));
  OK(luis_phraselist_update(
      d, d->phraselists.v[0].id,
      &(luis_phraselist_patch){.name = STR("Extras"), .activated = OPT_FALSE, .enabled_for_all_models = OPT_TRUE}, e));
  HAS(d,
      "{\"name\":\"Extras\",\"mode\":true,\"words\":\"ham,olives\",\"activated\":false,\"enabledForAllModels\":true}");
  HAS(d, "{\"featureName\":\"Extras\"");
  LACKS(d, "Toppings");
  OK(luis_phraselist_delete(d, d->phraselists.v[0].id, e));
  LACKS(d, "Extras");
  FAILS(ERR_NOT_FOUND, luis_phraselist_delete(d, 4711, e));
}

static void test_features(void **state) {
  (void)state;
  luis_draft *d = shop_draft();
  str find = intent_id(d, "Find"), topping = entity_of(d, LUIS_ENTITY, "Pizza")->children.v[1].id;
  OK(luis_feature_add(d, find, (luis_feature){.name = STR("number"), .is_required = true}, e));
  OK(luis_feature_add(d, find, (luis_feature){.name = STR("number")}, e));
  const luis_features *f;
  OK(luis_draft_features(d, find, &f, e));
  assert_int_equal(f->n, 3);
  assert_false(f->v[2].is_required);
  OK(luis_feature_add(d, topping, (luis_feature){.name = STR("Code"), .is_phraselist = true}, e));
  HAS(d, "{\"modelName\":\"Code\"");
  OK(luis_feature_delete(d, topping, (luis_feature){.name = STR("Toppings"), .is_phraselist = true}, e));
  FAILS(ERR_NOT_FOUND,
        luis_feature_delete(d, topping, (luis_feature){.name = STR("Toppings"), .is_phraselist = true}, e));
  luis_feature v[] = {{STR("Sizes"), false, true}, {STR("Toppings"), true, false}};
  OK(luis_features_replace(d, find, (luis_features){v, 2}, e));
  OK(luis_draft_features(d, find, &f, e));
  assert_int_equal(f->n, 2);
  FAILS(ERR_NOT_FOUND, luis_feature_add(d, STR("x"), v[0], e));
  FAILS(ERR_INVALID_ARGUMENT, luis_feature_add(d, find, (luis_feature){.name = STR("nobody")}, e));
}

static void test_features_that_are_refused(void **state) {
  (void)state;
  static const luis_feature bad[] = {
      {STR("Toppings"), true, true}, {STR("Trip"), false, true}, {STR("Pizza"), false, false}};
  for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
    luis_draft *d = shop_draft();
    FAILS(ERR_INVALID_ARGUMENT, luis_feature_add(d, entity_of(d, LUIS_ENTITY, "Pizza")->id, bad[i], e));
  }
  luis_draft *d = shop_draft(); /* Find already learns from Order */
  FAILS(ERR_INVALID_ARGUMENT, luis_feature_add(d, intent_id(d, "Order"), (luis_feature){.name = STR("Find")}, e));
}

static void test_patterns(void **state) {
  (void)state;
  luis_draft *d = shop_draft();
  str id;
  OK(luis_pattern_add(d, STR("find {@Title}"), STR("Find"), &id, e));
  HAS(d, "{\"pattern\":\"find {Title}\",\"intent\":\"Find\"}");
  OK(luis_pattern_replace(d, id, STR("get {Title}"), STR("Order"), e));
  HAS(d, "{\"pattern\":\"get {Title}\",\"intent\":\"Order\"}");
  OK(luis_pattern_delete(d, id, e));
  FAILS(ERR_NOT_FOUND, luis_pattern_delete(d, id, e));
  static const char *const bad[] = {"{Nobody}", "a [b", "", "[[[a]]]", "{Title:first}"};
  for (size_t i = 0; i < ARRAY_LEN(bad); i++)
    FAILS(ERR_INVALID_ARGUMENT, luis_pattern_add(shop_draft(), str_of(bad[i]), STR("Find"), &id, e));
  FAILS(ERR_INVALID_ARGUMENT, luis_pattern_add(shop_draft(), STR("x"), STR("Nobody"), &id, e));
}

static void test_models_of_domains(void **state) {
  (void)state;
  luis_draft *d = shop_draft();
  d->intents.v[1].v.inherits = (luis_inherits){STR("Web"), STR("Search")};
  d->entities[LUIS_ENTITY].v[0].inherits = (luis_inherits){STR("Web"), STR("Query")};
  OK(luis_domain_delete(d, STR("web"), e));
  LACKS(d, "\"Order\"");
  LACKS(d, "Pizza");
  FAILS(ERR_NOT_FOUND, luis_domain_delete(d, STR("Web"), e));
}

/* ---- Examples ---- */

static err_code put(luis_draft *d, const char *json, int64_t *id, str *text, err *e) {
  jdoc *doc;
  luis_examples x;
  assert_int_equal(jn_parse(str_of(json), &doc, e), ERR_OK);
  jnode n = jn_root(doc);
  luis_examples_open(&x, d);
  err_code rc = luis_example_put(&x, &n, id, text, e);
  luis_examples_close(&x);
  jn_free(doc);
  return rc;
}

static void test_examples(void **state) {
  (void)state;
  luis_draft *d = shop_draft();
  int64_t id, again;
  str text;
  OK(put(d,
         "{\"text\":\"\\ud83c\\udf55 TWO Big \\u0130x\",\"intentName\":\"Order\",\"entityLabels\":[{\"entityName\":"
         "\"Size\",\"startCharIndex\":7,\"endCharIndex\":9},{\"entityName\":\"Pizza\",\"startCharIndex\":3,"
         "\"endCharIndex\":12,\"role\":\"first\"}]}",
         &id, &text, e));
  assert_str_equal(text, STR("\xf0\x9f\x8d\x95 two big ix"));
  HAS(d,
      "\"entities\":[{\"entity\":\"Pizza\",\"startPos\":3,\"endPos\":12,\"role\":\"first\",\"children\":[{\"entity\":"
      "\"Size\",\"startPos\":7,\"endPos\":9}]}]");
  OK(put(d, "{\"text\":\"HELLO\",\"intentName\":\"Find\",\"entityLabels\":[]}", &again, &text, e));
  assert_int_equal(d->utterances.n, 4);
  assert_int_equal(again, d->utterances.v[2].id);
  HAS(d, "\"text\":\"hello\",\"intent\":\"Find\"");
  OK(luis_example_delete(d, id, e));
  FAILS(ERR_NOT_FOUND, luis_example_delete(d, id, e));
  assert_int_equal(d->utterances.n, 3);
}

/* One line of the file: an example; the next: the utterance as a file has it, or "! " and a part of the message. */
static void run_example_case(const case_block *b, void *user) {
  (void)user;
  assert_int_equal(b->n, 2);
  luis_draft *d = shop_draft();
  str before = stored(d), want = b->lines[1];
  int64_t id;
  str text;
  err e = {0};
  err_code rc = put(d, arena_cstr(&a, b->lines[0]), &id, &text, &e);
  if (str_starts(want, STR("! "))) {
    if (rc != ERR_INVALID_ARGUMENT) fail_msg("line %zu: it was taken", b->line_number);
    if (!strstr(e.message, arena_cstr(&a, str_skip(want, 2)))) fail_msg("line %zu: %s", b->line_number, e.message);
    assert_str_equal(stored(d), before);
    return;
  }
  if (rc != ERR_OK) fail_msg("line %zu: %s", b->line_number, e.message);
  if (!strstr(app_text(d).p, arena_cstr(&a, want))) fail_msg("line %zu: %s", b->line_number, app_text(d).p);
}

static void test_example_cases(void **state) {
  (void)state;
  assert_true(case_file_run("tests/cases/project/luis_examples.txt", run_example_case, NULL) > 20);
}

/* ---- At random ---- */

typedef struct player {
  rng r;
  luis_draft *d;
} player;

static size_t pick(player *p, size_t n) {
  return n ? rng_below(&p->r, (uint32_t)n) : 0;
}

/* Few names, so that changes meet. */
static str any_name(player *p) {
  static const char *const names[] = {"Order", "Find",  "Pizza", "Size", "Unit", "Topping", "Place", "To",  "Trip",
                                      "Sizes", "Title", "Code",  "A",    "B",    "first",   "book",  "Via", "number"};
  return str_of(names[pick(p, ARRAY_LEN(names))]);
}

static str any_intent(player *p) {
  return p->d->intents.v[pick(p, p->d->intents.n)].id;
}

static str any_entity(player *p, luis_kind *kind) {
  *kind = (luis_kind)pick(p, LUIS_KIND_COUNT);
  size_t n = p->d->entities[*kind].n;
  return n ? p->d->entities[*kind].v[pick(p, n)].id : STR("none");
}

static str any_child(player *p, const draft_children *v) {
  if (!v->n) return STR("none");
  const draft_child *c = &v->v[pick(p, v->n)];
  return c->children.n && pick(p, 2) ? any_child(p, &c->children) : c->id;
}

/* An entity that learns, or a child of it. */
static str any_learned(player *p) {
  size_t n = p->d->entities[LUIS_ENTITY].n;
  if (!n) return STR("none");
  const draft_entity *en = &p->d->entities[LUIS_ENTITY].v[pick(p, n)];
  return pick(p, 2) ? en->id : any_child(p, &en->children);
}

static err_code change_intent(player *p, err *e) {
  str id;
  switch (pick(p, 3)) {
  case 0: return luis_intent_add(p->d, any_name(p), &id, e);
  case 1: return luis_intent_rename(p->d, any_intent(p), any_name(p), e);
  default: return luis_intent_delete(p->d, any_intent(p), pick(p, 2), e);
  }
}

static err_code change_entity(player *p, err *e) {
  luis_kind kind;
  str id = any_entity(p, &kind), made;
  static const str parts[] = {{"To", 2}, {"Via", 3}};
  luis_entity en = {.name = any_name(p), .regex_pattern = STR("x+")};
  switch (pick(p, 4)) {
  case 0:
    if (kind == LUIS_HIERARCHICAL) en.parts = (luis_names){parts, 2};
    return luis_entity_add(p->d, kind, &en, &made, e);
  case 1: return kind == LUIS_PREBUILT ? ERR_OK : luis_entity_update(p->d, kind, id, &en, e);
  case 2: return pick(p, 3) ? ERR_OK : luis_entity_delete(p->d, kind, id, e);
  default: return luis_role_add(p->d, kind, id, any_name(p), &made, e);
  }
}

static err_code change_inside(player *p, err *e) {
  luis_kind kind;
  str id = any_entity(p, &kind), made;
  const draft_entity *en;
  if (luis_draft_entity(p->d, kind, id, &en, NULL) != ERR_OK) return ERR_OK;
  str role = en->roles.n ? en->roles.v[pick(p, en->roles.n)].id : STR("none");
  str part = en->parts.n ? luis_part_id(p->d, en, pick(p, en->parts.n)) : STR("none");
  bool group = kind == LUIS_HIERARCHICAL || kind == LUIS_COMPOSITE;
  switch (pick(p, 5)) {
  case 0: return luis_role_rename(p->d, kind, id, role, any_name(p), e);
  case 1: return luis_role_delete(p->d, kind, id, role, e);
  case 2: return group ? luis_part_add(p->d, kind, id, any_name(p), &made, e) : ERR_OK;
  case 3: return kind == LUIS_HIERARCHICAL ? luis_part_rename(p->d, id, part, any_name(p), e) : ERR_OK;
  default: return group ? luis_part_delete(p->d, kind, id, part, e) : ERR_OK;
  }
}

static err_code change_child(player *p, err *e) {
  str id = any_learned(p), made;
  switch (pick(p, 3)) {
  case 0: return luis_child_add(p->d, id, &(luis_child){.name = any_name(p)}, &made, e);
  case 1: return luis_learned_update(p->d, id, any_name(p), pick(p, 2) ? any_name(p) : STR_NONE, e);
  default: return pick(p, 2) ? luis_learned_delete(p->d, id, e) : ERR_OK;
  }
}

static err_code change_feature(player *p, err *e) {
  luis_feature f = {pick(p, 4) ? any_name(p) : STR("Toppings"), pick(p, 2), pick(p, 3) == 0};
  str id = pick(p, 2) ? any_intent(p) : any_learned(p);
  int64_t made;
  switch (pick(p, 4)) {
  case 0: return luis_feature_add(p->d, id, f, e);
  case 1: return luis_feature_delete(p->d, id, f, e);
  case 2: return luis_features_replace(p->d, id, (luis_features){&f, 1}, e);
  default:
    if (!p->d->phraselists.n || pick(p, 2))
      return luis_phraselist_add(p->d, &(luis_phraselist){.name = any_name(p), .words = STR("a,b")}, &made, e);
    return luis_phraselist_delete(p->d, p->d->phraselists.v[pick(p, p->d->phraselists.n)].id, e);
  }
}

static err_code change_pattern(player *p, err *e) {
  str id, intent_name = p->d->intents.v[pick(p, p->d->intents.n)].v.name;
  str text = arena_printf(&a, "go {" STR_FMT "%s" STR_FMT "} now", STR_ARG(any_name(p)), pick(p, 2) ? ":" : "} {",
                          STR_ARG(any_name(p)));
  size_t n = p->d->patterns.n;
  if (!n || pick(p, 3)) return luis_pattern_add(p->d, text, intent_name, &id, e);
  return luis_pattern_delete(p->d, p->d->patterns.v[pick(p, n)].id, e);
}

static err_code change_example(player *p, err *e) {
  int64_t id;
  str text;
  size_t n = p->d->utterances.n;
  if (n > 6) return luis_example_delete(p->d, p->d->utterances.v[pick(p, n)].id, e);
  str json = arena_printf(&a,
                          "{\"text\":\"take %u of it\",\"intentName\":\"" STR_FMT
                          "\",\"entityLabels\":[{\"entityName\":\"" STR_FMT
                          "\",\"startCharIndex\":0,\"endCharIndex\":8,\"children\":[{\"entityName\":\"" STR_FMT
                          "\",\"startCharIndex\":5,\"endCharIndex\":5}]},{\"entityName\":\"" STR_FMT
                          "%s\",\"startCharIndex\":5,\"endCharIndex\":8}]}",
                          (unsigned)pick(p, 5), STR_ARG(p->d->intents.v[pick(p, p->d->intents.n)].v.name),
                          STR_ARG(any_name(p)), STR_ARG(any_name(p)), STR_ARG(any_name(p)), pick(p, 2) ? "::To" : "");
  return put(p->d, json.p, &id, &text, e);
}

static err_code change_anything(player *p, err *e) {
  static err_code (*const changes[])(player *, err *) = {change_intent,  change_entity,  change_inside, change_child,
                                                         change_feature, change_pattern, change_example};
  return changes[pick(p, ARRAY_LEN(changes))](p, e);
}

static void test_random_changes_keep_the_app_valid(void **state) {
  (void)state;
  enum { GAMES = 40, CHANGES = 150 };
  size_t made = 0;
  for (uint64_t seed = 1; seed <= GAMES; seed++) {
    player p = {.d = shop_draft()};
    rng_seed(&p.r, seed);
    for (int i = 0; i < CHANGES; i++) {
      str before = stored(p.d);
      err e = {0};
      err_code rc = change_anything(&p, &e);
      if (rc != ERR_OK) {
        assert_true(rc == ERR_INVALID_ARGUMENT || rc == ERR_NOT_FOUND || rc == ERR_QUOTA_EXCEEDED);
        assert_true(e.message[0]);
        p.d = read_again(before);
        continue;
      }
      made++;
      str after = stored(p.d);
      assert_str_equal(stored(read_again(after)), after);
    }
    arena_reset(&a);
  }
  assert_true(made > GAMES * CHANGES / 4);
}

/* A new name and the old one again leave the draft as it was, whatever names what. */
static err_code rename_anything(player *p, str id, luis_kind kind, int what, str name, err *e) {
  const draft_entity *en;
  switch (what) {
  case 0: return luis_intent_rename(p->d, id, name, e);
  case 1: return luis_learned_update(p->d, id, name, STR_NONE, e);
  case 2: return luis_entity_update(p->d, kind, id, &(luis_entity){.name = name}, e);
  case 3:
    if (luis_draft_entity(p->d, kind, id, &en, e) != ERR_OK || !en->roles.n) return ERR_NOT_FOUND;
    return luis_role_rename(p->d, kind, id, en->roles.v[0].id, name, e);
  case 4:
    if (luis_draft_entity(p->d, LUIS_HIERARCHICAL, id, &en, e) != ERR_OK || !en->parts.n) return ERR_NOT_FOUND;
    return luis_part_rename(p->d, id, en->parts.v[0].id, name, e);
  default:
    if (!p->d->phraselists.n) return ERR_NOT_FOUND;
    return luis_phraselist_update(p->d, p->d->phraselists.v[0].id, &(luis_phraselist_patch){.name = name}, e);
  }
}

static str name_of(const luis_draft *d, str id, luis_kind kind, int what) {
  size_t i;
  const draft_entity *en;
  const draft_child *child = luis_draft_child(d, id);
  if (what == 5) return d->phraselists.n ? d->phraselists.v[0].v.name : STR_NONE;
  if (what == 0) return luis_draft_intent(d, id, &i, NULL) == ERR_OK ? d->intents.v[i].v.name : STR_NONE;
  if (what == 1 && child) return child->name;
  if (luis_draft_entity(d, what == 1 ? LUIS_ENTITY : what == 4 ? LUIS_HIERARCHICAL : kind, id, &en, NULL) != ERR_OK)
    return STR_NONE;
  if (what == 3) return en->roles.n ? en->roles.v[0].name : STR_NONE;
  if (what == 4) return en->parts.n ? en->parts.v[0].name : STR_NONE;
  return en->name;
}

static void test_a_name_there_and_back(void **state) {
  (void)state;
  enum { GAMES = 60, CHANGES = 60, WHATS = 6 };
  size_t renamed[WHATS] = {0};
  for (uint64_t seed = 1000; seed < 1000 + GAMES; seed++) {
    player p = {.d = shop_draft()};
    rng_seed(&p.r, seed);
    for (int i = 0; i < CHANGES; i++) {
      str before = stored(p.d);
      err e = {0};
      if (change_anything(&p, &e) != ERR_OK) p.d = read_again(before);
    }
    for (int what = 0; what < WHATS; what++) {
      luis_kind kind = LUIS_ENTITY;
      str id = what == 0 ? any_intent(&p) : what == 1 ? any_learned(&p) : any_entity(&p, &kind);
      str before = stored(p.d), old = name_of(p.d, id, kind, what);
      err why = {0};
      if (!old.p || kind == LUIS_PREBUILT || rename_anything(&p, id, kind, what, STR("Fresh"), &why) != ERR_OK) {
        p.d = read_again(before);
        continue;
      }
      assert_false(str_eq(stored(p.d), before));
      OK(rename_anything(&p, id, kind, what, old, e));
      assert_str_equal(stored(p.d), before);
      renamed[what]++;
    }
    arena_reset(&a);
  }
  for (int what = 0; what < WHATS; what++) assert_true(renamed[what] > 0);
}

int main(void) {
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
  const struct CMUnitTest tests[] = {
      TEST(test_intents),
      TEST(test_intent_delete_moves_utterances),
      TEST(test_entity_rename_is_carried),
      TEST(test_entity_delete_is_carried),
      TEST(test_children),
      TEST(test_child_levels_and_counts_are_limited),
      TEST(test_parts),
      TEST(test_composites_do_not_hold_themselves),
      TEST(test_lists),
      TEST(test_long_lists_are_refused),
      TEST(test_roles),
      TEST(test_expressions),
      TEST(test_prebuilts_by_culture),
      TEST(test_phraselists),
      TEST(test_features),
      TEST(test_features_that_are_refused),
      TEST(test_patterns),
      TEST(test_models_of_domains),
      TEST(test_examples),
      TEST(test_example_cases),
      TEST(test_random_changes_keep_the_app_valid),
      TEST(test_a_name_there_and_back),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
