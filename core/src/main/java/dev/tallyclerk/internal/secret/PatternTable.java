package dev.tallyclerk.internal.secret;

import dev.tallyclerk.internal.secret.TokenForm.Checks;
import dev.tallyclerk.internal.secret.TokenForm.Run;
import dev.tallyclerk.internal.text.Words;
import dev.tallyclerk.text.Quoted;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads the table of patterns; {@code patterns.txt} describes its format. Strict: whatever is not known is refused. */
final class PatternTable {
    private static final int COLUMNS = 6;
    private static final int MIN_KEYWORD = 3;
    private static final int MAX_KEYWORD = 64;
    private static final int MAX_WORDS = 64;
    private static final int MAX_RUNS = 32;

    /** What follows a keyword has to be in the part of a file that is looked at together. */
    private static final int MAX_RUN = 10_000;

    private static final int MAX_TOKEN = 15_000;

    /** What comes before a keyword has to be in the part that is kept of a file. */
    private static final int MAX_BEFORE = 100;

    /** How a blank is written in keywords, and at the start of sets. */
    private static final String BLANK = "\\s";

    private static final String DOUBTFUL = "doubtful";

    private static final double DEFAULT_ENTROPY = 2.5;

    private static final Map<String, Form> NAMED = Map.ofEntries(
            Map.entry("<putty-key>", KeyForms::putty),
            Map.entry("<key-body>", KeyForms::body),
            Map.entry("<encoded-key>", EncodedForms::key),
            Map.entry("<encoded-auths>", EncodedForms::auths),
            Map.entry("<url-password>", UrlForms::password),
            Map.entry("<url-credential>", UrlForms::credential),
            Map.entry("<url-query>", UrlForms::query),
            Map.entry("<registry-auth>", ValueForms::registryAuth),
            Map.entry("<registry-credential>", ValueForms::registryCredential),
            Map.entry("<value>", ValueForms::value));

    private PatternTable() {}

    /**
     * {@return the patterns of a table}
     *
     * @param text the lines; empty ones, and those that start with {@code #}, are skipped
     * @throws PatternException if another line is not a pattern
     */
    static List<SecretPattern> parse(String text) {
        List<SecretPattern> patterns = new ArrayList<>();
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            String stripped = line.strip();
            if (!stripped.isEmpty() && !stripped.startsWith("#")) {
                try {
                    patterns.add(pattern(stripped));
                } catch (PatternException e) {
                    throw new PatternException("line " + number + ": " + e.getMessage());
                }
            }
        }
        return patterns;
    }

    /**
     * {@return the pattern of a line}
     *
     * @throws PatternException if it is not one
     */
    static SecretPattern pattern(String line) {
        String[] columns = line.split(" \\| ", -1);
        if (columns.length != COLUMNS) {
            throw new PatternException("has " + columns.length + " columns separated by \" | \", not " + COLUMNS
                    + ": name, kind, where, keywords, form, checks");
        }
        String name = columns[0].strip();
        if (name.isEmpty() || name.length() > MAX_KEYWORD || !name.chars().allMatch(c -> c >= ' ' && c < 127)) {
            throw new PatternException(
                    "the name has to have 1 to " + MAX_KEYWORD + " characters of ASCII: " + Quoted.quote(name));
        }
        SecretKind kind = SecretKind.named(columns[1].strip())
                .orElseThrow(() -> new PatternException("the kind " + Quoted.quote(columns[1].strip())
                        + " is not private-key, cloud, registry, package, kubernetes or token"));
        List<String> where = words(columns[2], "where");
        boolean isAny = where.equals(List.of("any"));
        boolean isDocument = where.equals(List.of("document"));
        List<String> keywords = new ArrayList<>();
        for (String word : words(columns[3], "keyword")) {
            keywords.add(keyword(word));
        }
        return new SecretPattern(
                name,
                kind,
                !isDocument,
                Words.list(columns[5]).contains(DOUBTFUL),
                isAny || isDocument ? List.of() : where,
                keywords,
                form(columns[4], columns[5]));
    }

    private static List<String> words(String column, String what) {
        List<String> words = Words.list(column);
        if (words.get(0).isEmpty() || words.size() > MAX_WORDS) {
            throw new PatternException("the column " + what + " has to have 1 to " + MAX_WORDS + " words");
        }
        return words;
    }

    private static String keyword(String word) {
        String text = word.replace(BLANK, " ");
        if (text.length() < MIN_KEYWORD
                || text.length() > MAX_KEYWORD
                || !text.chars().allMatch(c -> c >= ' ' && c < 127)) {
            throw new PatternException("a keyword has to have " + MIN_KEYWORD + " to " + MAX_KEYWORD
                    + " characters of ASCII: " + Quoted.quote(word));
        }
        return text;
    }

    private static Form form(String column, String checks) {
        String text = column.strip();
        if (text.equals("<private-key>")) {
            List<String> examples = checks(checks).examples();
            return (window, start, body, match) -> KeyForms.pem(window, start, body, match, examples);
        }
        if (text.equals("<basic-credentials>")) {
            List<String> examples = checks(checks).examples();
            return (window, start, body, match) -> EncodedForms.basic(window, body, match, examples);
        }
        Form named = NAMED.get(text);
        if (named != null) {
            if (!checks.strip().equals("-")) {
                throw new PatternException("the form " + text + " has no checks; write - for none");
            }
            return named;
        }
        if (text.startsWith("<")) {
            throw new PatternException("the form " + Quoted.quote(text) + " is not known");
        }
        return new TokenForm(new RunReader(text).read(), checks(checks));
    }

    private static Checks checks(String column) {
        boolean hasChecksum = false;
        boolean isWebToken = false;
        boolean isProtected = false;
        int before = 0;
        double entropy = DEFAULT_ENTROPY;
        List<String> examples = new ArrayList<>();
        for (String word : words(column, "checks")) {
            if (word.equals("crc32")) {
                hasChecksum = true;
            } else if (word.equals("web-token")) {
                isWebToken = true;
            } else if (word.equals("encrypted")) {
                isProtected = true;
            } else if (word.startsWith("before=")) {
                before = before(word.substring("before=".length()));
            } else if (word.startsWith("entropy=")) {
                entropy = entropy(word.substring("entropy=".length()));
            } else if (word.startsWith("example=") && word.length() > "example=".length()) {
                examples.add(word.substring("example=".length()));
            } else if (!word.equals("-") && !word.equals(DOUBTFUL)) {
                throw new PatternException("the check " + Quoted.quote(word)
                        + " is not crc32, web-token, entropy=NUMBER, example=TEXT, before=NUMBER, encrypted,"
                        + " doubtful or -");
            }
        }
        return new Checks(hasChecksum, isWebToken, entropy, before, isProtected, examples);
    }

    private static int before(String text) {
        boolean isNumber = !text.isEmpty() && text.length() <= 3 && text.chars().allMatch(Characters::isDigit);
        int value = isNumber ? Integer.parseInt(text) : 0;
        if (value == 0 || value > MAX_BEFORE) {
            throw new PatternException(
                    "before has to be a number from 1 to " + MAX_BEFORE + ", not " + Quoted.quote(text));
        }
        return value;
    }

    private static double entropy(String text) {
        boolean isNumber = !text.isEmpty()
                && text.length() <= 4
                && text.chars().allMatch(c -> Characters.isDigit(c) || c == '.')
                && Characters.isDigit(text.charAt(0))
                && text.indexOf('.') == text.lastIndexOf('.');
        double value = isNumber ? Double.parseDouble(text) : -1;
        if (value < 0 || value > 8) {
            throw new PatternException("entropy has to be a number from 0 to 8, not " + Quoted.quote(text));
        }
        return value;
    }

    /** Reads characters and sets of characters with their counts. */
    private static final class RunReader {
        private final String text;
        private int at;

        RunReader(String text) {
            this.text = text;
        }

        List<Run> read() {
            List<Run> runs = new ArrayList<>();
            long most = 0;
            while (at < text.length()) {
                Run run = text.charAt(at) == '[' ? set() : literal();
                most += run.max();
                runs.add(run);
            }
            if (runs.isEmpty() || runs.size() > MAX_RUNS || most > MAX_TOKEN) {
                throw new PatternException("the form has to have 1 to " + MAX_RUNS + " parts and at most " + MAX_TOKEN
                        + " characters: " + Quoted.quote(text));
            }
            return runs;
        }

        private Run literal() {
            char c = text.charAt(at++);
            if (c <= ' ' || c >= 127 || "]{}\\*+?()^$".indexOf(c) >= 0) {
                throw new PatternException("the character " + Quoted.quote(String.valueOf(c))
                        + " cannot stand outside of a set in " + Quoted.quote(text));
            }
            return run(c, c, new long[2], 1, 1);
        }

        private static Run run(int from, int to, long[] bits, int min, int max) {
            for (int c = from; c <= to; c++) {
                bits[c >> 6] |= 1L << (c & 63);
            }
            return new Run(bits[0], bits[1], min, max);
        }

        private Run set() {
            int end = text.indexOf(']', at);
            int open = end + 1;
            int close = text.indexOf('}', Math.max(open, 0));
            if (end <= at + 1 || open >= text.length() || text.charAt(open) != '{' || close < 0) {
                throw new PatternException("a set has to look like [0-9a-z]{8}: " + Quoted.quote(text));
            }
            long[] bits = new long[2];
            String set = text.substring(at + 1, end);
            if (set.startsWith(BLANK)) {
                run(' ', ' ', bits, 0, 0);
            }
            for (int i = at + 1 + (set.startsWith(BLANK) ? BLANK.length() : 0); i < end; i++) {
                int from = text.charAt(i);
                int to = from;
                if (i + 2 < end && text.charAt(i + 1) == '-') {
                    to = text.charAt(i + 2);
                    i += 2;
                }
                if (from <= ' ' || to >= 127 || to < from) {
                    throw new PatternException(
                            "a set may have characters of ASCII and ascending ranges only: " + Quoted.quote(text));
                }
                run(from, to, bits, 0, 0);
            }
            String[] counts = text.substring(open + 1, close).split(",", 2);
            int min = count(counts[0]);
            int max = count(counts[counts.length - 1]);
            if (max < min || max == 0) {
                throw new PatternException("the second count is smaller than the first, or 0: " + Quoted.quote(text));
            }
            at = close + 1;
            return new Run(bits[0], bits[1], min, max);
        }

        private int count(String digits) {
            boolean isNumber =
                    !digits.isEmpty() && digits.length() <= 5 && digits.chars().allMatch(Characters::isDigit);
            int value = isNumber ? Integer.parseInt(digits) : MAX_RUN + 1;
            if (value > MAX_RUN) {
                throw new PatternException(
                        "a count has to be a number up to " + MAX_RUN + ", not " + Quoted.quote(digits));
            }
            return value;
        }
    }
}
