/* Inputs of the benches, the same each time, and checks of what jobs made of them.
 *
 *   inputs text BYTES TEXT COUNTS    lines of words whose frequencies follow Zipf's law, and how often each word is there
 *   inputs records COUNT FILE        records of 100 bytes: 10 random letters, two spaces, 32 digits, 2 spaces, filling, CR LF
 *   inputs check FILE...             are the records of all files, one behind the other, in order? Their number, and a sum
 *                                    that does not depend on their order
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state = 42;

/* SplitMix64 */
static uint64_t next_random(void) {
    uint64_t z = state += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

static FILE *open_file(const char *path, const char *mode) {
    FILE *file = fopen(path, mode);
    if (!file) {
        perror(path);
        exit(2);
    }
    setvbuf(file, NULL, _IOFBF, 1 << 20);
    return file;
}

static void close_file(FILE *file, const char *path) {
    if (fclose(file)) {
        perror(path);
        exit(2);
    }
}

/* With these, 1 GB is some 160 million words, of which 1.4 million differ. */
enum { VOCABULARY = 1420000, LONGEST = 24 };

struct word {
    char bytes[LONGEST];
    uint32_t length;
    /* Walker's alias method: of this column, the part below `chance` is this word's and the rest the alias's. */
    uint32_t alias;
    double chance;
    uint64_t count;
};

/* Different words for different ranks, the frequent ones shorter. */
static void spell(struct word *word, uint32_t rank) {
    static const char consonants[] = "tnshrdlcmfpgwybvk", vowels[] = "eaoiu";
    uint32_t rest = rank + 50;
    uint32_t length = 0;
    do {
        word->bytes[length++] = consonants[rest % 17];
        rest /= 17;
        word->bytes[length++] = vowels[rest % 5];
        rest /= 5;
    } while (rest > 0);
    word->bytes[length++] = 'n';
    word->length = length;
}

/* P(rank) ~ 1 / (rank + 2.7)^1.05: Zipf and Mandelbrot. */
static void weigh(struct word *words) {
    double sum = 0;
    uint32_t *few = malloc(VOCABULARY * sizeof *few), *many = malloc(VOCABULARY * sizeof *many);
    uint32_t few_count = 0, many_count = 0;
    for (uint32_t i = 0; i < VOCABULARY; i++) sum += words[i].chance = pow(i + 3.7, -1.05);
    for (uint32_t i = 0; i < VOCABULARY; i++) {
        words[i].chance *= VOCABULARY / sum;
        words[i].alias = i;
        if (words[i].chance < 1) few[few_count++] = i;
        else many[many_count++] = i;
    }
    while (few_count && many_count) {
        struct word *poor = &words[few[--few_count]], *rich = &words[many[many_count - 1]];
        poor->alias = many[many_count - 1];
        rich->chance -= 1 - poor->chance;
        if (rich->chance < 1) few[few_count++] = many[--many_count];
    }
    free(few);
    free(many);
}

static struct word *draw(struct word *words) {
    uint64_t random = next_random();
    uint32_t column = (random >> 32) * VOCABULARY >> 32;
    return &words[(uint32_t)random < words[column].chance * 4294967296.0 ? column : words[column].alias];
}

static void make_text(uint64_t wanted, const char *path, const char *counts) {
    struct word *words = calloc(VOCABULARY, sizeof *words);
    for (uint32_t i = 0; i < VOCABULARY; i++) spell(&words[i], i);
    weigh(words);
    FILE *file = open_file(path, "w");
    for (uint64_t written = 0; written < wanted;) {
        for (int left = 6 + next_random() % 9; left > 0; left--) {
            struct word *word = draw(words);
            word->count++;
            fwrite_unlocked(word->bytes, 1, word->length, file);
            putc_unlocked(left > 1 ? ' ' : '\n', file);
            written += word->length + 1;
        }
    }
    close_file(file, path);
    file = open_file(counts, "w");
    for (uint32_t i = 0; i < VOCABULARY; i++)
        if (words[i].count)
            fprintf(file, "%.*s\t%llu\n", (int)words[i].length, words[i].bytes, (unsigned long long)words[i].count);
    close_file(file, counts);
}

enum { RECORD = 100, KEY = 10 };

static void make_records(uint64_t count, const char *path) {
    FILE *file = open_file(path, "w");
    char record[RECORD];
    memset(record, 'x', sizeof record);
    memcpy(record + RECORD - 2, "\r\n", 2);
    for (uint64_t row = 0; row < count; row++) {
        uint64_t high = next_random(), low = next_random();
        for (int i = 0; i < KEY; i++, high = high / 95 + (low >> i)) record[i] = ' ' + high % 95;
        char number[40];
        snprintf(number, sizeof number, "  %032llX  ", (unsigned long long)row);
        memcpy(record + KEY, number, 36);
        fwrite_unlocked(record, 1, RECORD, file);
    }
    close_file(file, path);
}

/* FNV-1a, stirred: good enough to notice a record that is gone or changed. */
static uint64_t hash(const unsigned char *record) {
    uint64_t sum = 0xcbf29ce484222325;
    for (int i = 0; i < RECORD; i++) sum = (sum ^ record[i]) * 0x100000001b3;
    return sum ^ sum >> 29;
}

static int check_records(char **paths) {
    unsigned char record[RECORD], last[KEY] = {0};
    uint64_t count = 0, sum = 0, unordered = 0;
    for (; *paths; paths++) {
        FILE *file = open_file(*paths, "r");
        size_t length;
        while ((length = fread_unlocked(record, 1, RECORD, file)) == RECORD) {
            unordered += memcmp(last, record, KEY) > 0;
            memcpy(last, record, KEY);
            sum += hash(record);
            count++;
        }
        if (length) {
            fprintf(stderr, "%s ends within a record\n", *paths);
            return 1;
        }
        fclose(file);
    }
    printf("{\"records\": %llu, \"sum\": %llu, \"unordered\": %llu}\n", (unsigned long long)count,
           (unsigned long long)sum, (unsigned long long)unordered);
    return unordered != 0;
}

int main(int count, char **arguments) {
    if (count == 5 && !strcmp(arguments[1], "text")) {
        make_text(strtoull(arguments[2], NULL, 10), arguments[3], arguments[4]);
    } else if (count == 4 && !strcmp(arguments[1], "records")) {
        make_records(strtoull(arguments[2], NULL, 10), arguments[3]);
    } else if (count >= 3 && !strcmp(arguments[1], "check")) {
        return check_records(arguments + 2);
    } else {
        fprintf(stderr, "usage: inputs text BYTES TEXT COUNTS | inputs records COUNT FILE | inputs check FILE...\n");
        return 2;
    }
    return 0;
}
