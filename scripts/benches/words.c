/* The programs of a streaming word count: "words map" writes each word with a 1, "words aggregate" the same as the reducer
 * "aggregate" wants it, and "words reduce" adds up what is sorted. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Before each word comes the prefix. */
static int map(const char *prefix) {
    static char in[1 << 17], out[1 << 18];
    size_t prefix_length = strlen(prefix);
    size_t length = 0;
    int is_in_word = 0;
    ssize_t count;
    while ((count = read(0, in, sizeof in)) > 0) {
        for (ssize_t i = 0; i < count; i++) {
            if ((unsigned char)in[i] > ' ') {
                if (!is_in_word) {
                    memcpy(out + length, prefix, prefix_length);
                    length += prefix_length;
                }
                out[length++] = in[i];
                is_in_word = 1;
            } else if (is_in_word) {
                memcpy(out + length, "\t1\n", 3);
                length += 3;
                is_in_word = 0;
            }
            if (length > sizeof out - 64) {
                fwrite_unlocked(out, 1, length, stdout);
                length = 0;
            }
        }
    }
    if (is_in_word) memcpy(out + length, "\t1\n", 3), length += 3;
    fwrite_unlocked(out, 1, length, stdout);
    return count < 0 || fflush(stdout);
}

static int reduce(void) {
    char *line = NULL, *word = NULL;
    size_t room = 0, word_length = 0;
    long sum = 0;
    ssize_t length;
    while ((length = getline(&line, &room, stdin)) > 0) {
        char *tab = memchr(line, '\t', length);
        if (!tab) continue;
        size_t found = tab - line;
        if (!word || found != word_length || memcmp(line, word, found)) {
            if (word) printf("%.*s\t%ld\n", (int)word_length, word, sum);
            word = memcpy(realloc(word, found + 1), line, found);
            word_length = found;
            sum = 0;
        }
        sum += strtol(tab + 1, NULL, 10);
    }
    if (word) printf("%.*s\t%ld\n", (int)word_length, word, sum);
    return ferror(stdin) || fflush(stdout);
}

int main(int count, char **arguments) {
    const char *part = count > 1 ? arguments[1] : "";
    if (!strcmp(part, "map")) return map("");
    if (!strcmp(part, "aggregate")) return map("LongValueSum:");
    return reduce();
}
