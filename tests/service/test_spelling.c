/* Spelling: which word was meant, what is left alone, how places move. The dictionaries are those of the machine
 * (./check installs them); one of the tests makes its own. */
#include "base/vec.h"
#include "service/spelling.h"
#include "service/spelling_choice.h"
#include "tests/test.h"

#define DICTIONARIES "/usr/share/hunspell"

static void slips_in_their_order(void **state) {
  (void)state;
  static const struct {
    const char *typed, *likelier, *other;
  } cases[] = {
      {"adress", "address", "dress"},      {"teh", "the", "eh"},          {"kichen", "kitchen", "lichen"},
      {"speling", "spelling", "spieling"}, {"bok", "book", "bock"},       {"tommorow", "tomorrow", "morrow"},
      {"reserv", "reserve", "revers"},     {"lihgts", "lights", "lists"}, {"musik", "music", "musk"},
  };
  for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
    str typed = str_of(cases[i].typed);
    double d = spelling_distance(typed, str_of(cases[i].likelier), SPELLING_FAR);
    double other = spelling_distance(typed, str_of(cases[i].other), SPELLING_FAR);
    if (!(d < other)) fail_msg("%s: %s %.2f, %s %.2f", cases[i].typed, cases[i].likelier, d, cases[i].other, other);
  }
}

static void distances(void **state) {
  (void)state;
  assert_true(spelling_distance(STR("straße"), STR("straße"), SPELLING_FAR) == 0);
  assert_true(spelling_distance(STR(""), STR(""), SPELLING_FAR) == 0);
  assert_true(spelling_distance(STR("a"), STR("abcdefgh"), 1.0) > 1.0);
  char word[SPELLING_LETTERS + 1];
  memset(word, 'a', sizeof word);
  assert_true(spelling_distance(str_make(word, sizeof word), STR("a"), SPELLING_FAR) == SPELLING_FAR);
  assert_true(spelling_distance(str_make(word, SPELLING_LETTERS), str_make(word, SPELLING_LETTERS), 0) == 0);
}

typedef struct fixture {
  spelling_pool *sp;
  arena a;
} fixture;

static int set_up(void **state) {
  fixture *x = mem_zalloc(1, sizeof *x);
  x->sp = spelling_new(DICTIONARIES);
  arena_init(&x->a, 0);
  *state = x;
  return 0;
}

static int tear_down(void **state) {
  fixture *x = *state;
  spelling_free(x->sp);
  arena_fini(&x->a);
  free(x);
  return 0;
}

/* Ascending. */
static const str app_words[] = {STR("contoso"), STR("kichenette"), STR("restaurant"), STR("zwitscher")};
static const spelling_words known = {app_words, ARRAY_LEN(app_words)};

static str corrected(fixture *x, const char *culture, const char *text) {
  spelling_result r;
  speller *s = spelling_take(x->sp, str_of(culture));
  assert_non_null(s);
  spelling_correct(s, str_of(text), &known, &x->a, &r);
  spelling_give(x->sp, s);
  return r.text;
}

static void english(void **state) {
  fixture *x = *state;
  static const char *const pairs[][2] = {
      {"turn on the lihgts", "turn on the lights"},
      {"Book a flihgt to London?", "Book a flight to London?"},
      {"definately a beautifull day tommorow", "definitely a beautiful day tomorrow"},
      {"what is my adress", "what is my address"},
      {"a resturant near Contosso", "a restaurant near Contosso"}, /* a capital inside: a name */
      {"a resturant of contosso", "a restaurant of contoso"},
      {"it dosen't wrok", "it doesn't work"},
      {"thnaks alot", "thanks a lot"},
      {"i want help wiht my pakage", "i want help with my package"},
      {"can you plese shedule a meetting", "can you please schedule a meeting"},
      {"wich flights are availible", "which flights are available"},
      {"cancle my subscribtion", "cancel my subscription"},
      {"where is the neerest libary", "where is the nearest library"},
      {"play some musik by coldplay", "play some music by coldplay"},
      {"i recieved it, my pasword does'nt fit", "i received it, my password doesn't fit"},
  };
  for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
    assert_str_equal(corrected(x, "en-us", pairs[i][0]), str_of(pairs[i][1]));
}

static void left_alone(void **state) {
  fixture *x = *state;
  static const char *const texts[] = {
      "turn on the kitchen lights",
      "write to jon.smiht@exmaple.org or www.exmaple.org/pagge",
      "order KB1234 and xk7q",
      "the kichenette in zwitscher", /* words of the app */
      "i was in berlin on monday",   /* capitals are not corrected */
      "call NSAA now",
      "isn't it fine? it's John's",
      "qzxvkjh",
      "",
      "  ...  ",
      "😀 日本語 नमस्ते",
  };
  for (size_t i = 0; i < ARRAY_LEN(texts); i++) assert_str_equal(corrected(x, "en-us", texts[i]), str_of(texts[i]));
}

static void other_languages(void **state) {
  fixture *x = *state;
  static const char *const cases[][3] = {
      {"de-de", "ein Tisch im Restorant", "ein Tisch im Restaurant"},
      {"es-mx", "quiero reserbar una mesa", "quiero reservar una mesa"},
      {"fr-ca", "je cherche un resturant", "je cherche un restaurant"},
      {"en-gb", "my favourite colur", "my favourite colour"},
  };
  for (size_t i = 0; i < ARRAY_LEN(cases); i++)
    assert_str_equal(corrected(x, cases[i][0], cases[i][1]), str_of(cases[i][2]));
}

static void what_is_missing(void **state) {
  fixture *x = *state;
  assert_null(spelling_take(x->sp, STR("ta-in")));
  assert_null(spelling_take(x->sp, STR("")));
  assert_null(spelling_take(x->sp, STR("e")));
  spelling_pool *none = spelling_new("/nonexistent");
  assert_null(spelling_take(none, STR("en-us")));
  spelling_give(none, NULL);
  spelling_free(none);
}

static void spellers_are_used_again_and_limited(void **state) {
  fixture *x = *state;
  speller *taken[16], *first = spelling_take(x->sp, STR("en-us"));
  spelling_give(x->sp, first);
  size_t n = 0;
  for (speller *s; n < ARRAY_LEN(taken) && (s = spelling_take(x->sp, STR("en-us"))); n++) taken[n] = s;
  assert_ptr_equal(taken[0], first);
  assert_in_range(n, 2, ARRAY_LEN(taken) - 1);
  while (n) spelling_give(x->sp, taken[--n]);
}

static void write_file(const char *path, const char *text) {
  FILE *f = fopen(path, "w");
  assert_non_null(f);
  fputs(text, f);
  fclose(f);
}

static void a_dictionary_in_another_encoding(void **state) {
  (void)state;
  char dir[] = "/tmp/dragoman-spelling-XXXXXX", path[64], words[64];
  assert_non_null(mkdtemp(dir));
  snprintf(path, sizeof path, "%s/xx_YY.aff", dir);
  snprintf(words, sizeof words, "%s/xx_YY.dic", dir);
  write_file(path, "SET ISO8859-1\n");
  write_file(words, "1\nword\n");
  spelling_pool *sp = spelling_new(dir);
  assert_null(spelling_take(sp, STR("xx-yy")));
  assert_null(spelling_take(sp, STR("xx-yy")));
  spelling_free(sp);
  remove(path);
  remove(words);
  remove(dir);
}

static void places_move(void **state) {
  fixture *x = *state;
  spelling_result r;
  speller *s = spelling_take(x->sp, STR("en-us"));
  spelling_correct(s, STR("the lihgts in teh kitchenn now"), &known, &x->a, &r);
  spelling_give(x->sp, s);
  assert_str_equal(r.text, STR("the lights in the kitchen now"));
  assert_int_equal(r.edit_count, 3);
  assert_int_equal(spelling_place_before(&r, 0, false), 0);
  assert_int_equal(spelling_place_before(&r, 18, false), 18); /* "kitchen" */
  assert_int_equal(spelling_place_before(&r, 20, false), 18);
  assert_int_equal(spelling_place_before(&r, 20, true), 26);
  assert_int_equal(spelling_place_before(&r, 25, true), 26);
  assert_int_equal(spelling_place_before(&r, 26, false), 27); /* "now" */
  assert_int_equal(spelling_place_before(&r, 29, true), 30);
  assert_int_equal(spelling_place_after(&r, 27, false), 26);
  assert_int_equal(spelling_place_after(&r, 30, true), 29);
  assert_int_equal(spelling_place_after(&r, 26, true), 25);
}

/* However long and wrong: a bounded number of words is looked at. */
static void many_wrong_words(void **state) {
  fixture *x = *state;
  buf b = {0};
  for (int i = 0; i < 60; i++) buf_printf(&b, "teh lihgts ");
  spelling_result r;
  speller *s = spelling_take(x->sp, STR("en-us"));
  spelling_correct(s, buf_str(&b), &known, &x->a, &r);
  spelling_give(x->sp, s);
  assert_in_range(r.edit_count, 1, SPELLING_CORRECTIONS);
  buf_free(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(slips_in_their_order),
      cmocka_unit_test(distances),
      cmocka_unit_test_setup_teardown(english, set_up, tear_down),
      cmocka_unit_test_setup_teardown(left_alone, set_up, tear_down),
      cmocka_unit_test_setup_teardown(other_languages, set_up, tear_down),
      cmocka_unit_test_setup_teardown(what_is_missing, set_up, tear_down),
      cmocka_unit_test_setup_teardown(spellers_are_used_again_and_limited, set_up, tear_down),
      cmocka_unit_test(a_dictionary_in_another_encoding),
      cmocka_unit_test_setup_teardown(places_move, set_up, tear_down),
      cmocka_unit_test_setup_teardown(many_wrong_words, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
