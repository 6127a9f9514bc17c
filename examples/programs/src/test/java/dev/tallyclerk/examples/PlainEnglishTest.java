package dev.tallyclerk.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.testing.ProjectFiles;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Refuses phrases that slow a reader down, in comments, string literals and documents of the whole project. */
class PlainEnglishTest {
    /** Each phrase with what to write instead. */
    private static final Map<Pattern, String> PHRASES = phrases(
            "whoever", "anyone who, the caller, the server",
            "(?<!by )whom", "name the person or the thing",
            "(for|of|to) who (?!(is|was) )", "for callers that",
            "of which no two", "distinct",
            "that of which", "name the thing",
            "somebody who", "an attacker, a caller",
            "what (is|are) no", "invalid, any other",
            "what there is", "name the thing",
            "what it has wrong", "its wrong content",
            "what (has|have|had) to be (?!done)", "say what must happen",
            "what is left to", "remaining",
            "left to a person", "manual check",
            "not what (it|they) should be", "malformed, fails verification",
            "(and|or) (its|their) kin", "and similar",
            "in the place of", "instead of",
            "nothing (else )?is said", "by default",
            "as nobody|as a stranger", "anonymously",
            "for good", "permanently",
            "forced to the disk", "synced, durable",
            "gets its name", "is published, is renamed",
            "leads? elsewhere", "redirects",
            "page for people", "HTML page",
            "go(es)? back behind", "rolls back",
            "(go|goes|going|gone) on with", "continue, resume");

    private static Map<Pattern, String> phrases(String... phrasesAndBetter) {
        Map<Pattern, String> phrases = new LinkedHashMap<>();
        for (int i = 0; i < phrasesAndBetter.length; i += 2) {
            phrases.put(
                    Pattern.compile("\\b(" + phrasesAndBetter[i] + ")\\b", Pattern.CASE_INSENSITIVE),
                    phrasesAndBetter[i + 1]);
        }
        return phrases;
    }

    /** A comment, a text block, a string or a character. */
    private static final Pattern PROSE = Pattern.compile(
            "/\\*.*?\\*/|//[^\n]*|\"\"\".*?\"\"\"|\"(?:[^\"\\\\\n]++|\\\\.)*+\"|'(?:[^'\\\\\n]++|\\\\.)++'",
            Pattern.DOTALL);

    /** {@return the comments and literals of a source, each in one line, and parts of one text together} */
    private static String prose(String source) {
        String joined = source.replaceAll("\"\\s*\\+\\s*\"", "").replaceAll("(?m)(//[^\n]*)\n\\s*//", "$1");
        StringBuilder prose = new StringBuilder();
        Matcher part = PROSE.matcher(joined);
        while (part.find()) {
            prose.append(oneLine(part.group())).append('\n');
        }
        return prose.toString();
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s*\n\\s*(?:\\*(?!/)\\s*)?", " ");
    }

    private static List<String> refused(String prose) {
        List<String> refused = new ArrayList<>();
        PHRASES.forEach((phrase, better) -> {
            Matcher found = phrase.matcher(prose);
            while (found.find()) {
                int from = Math.max(prose.lastIndexOf('\n', found.start()) + 1, found.start() - 40);
                refused.add("\"" + prose.substring(from, found.end()) + "\", better: " + better);
            }
        });
        return refused;
    }

    @Test
    void theProjectIsInPlainEnglish() throws IOException {
        List<String> refused = new ArrayList<>();
        List<Path> files = new ArrayList<>(ProjectFiles.endingIn(".java"));
        files.addAll(ProjectFiles.endingIn(".md"));
        for (Path file : files) {
            String text = Files.readString(file);
            String name = ProjectFiles.root().relativize(file).toString().replace(File.separatorChar, '/');
            if (!name.endsWith("PlainEnglishTest.java")) {
                String prose = name.endsWith(".java") ? prose(text) : oneLine(text);
                refused(prose).forEach(phrase -> refused.add(name + ": " + phrase));
            }
        }
        assertEquals("", String.join("\n", refused));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/** Whoever\n     * comes. */",
                "// it is left to\n    // a person",
                "String message = \"the blob is not what\"\n        + \" it should be\";",
                "String text = \"\"\"\n    Read as\n    nobody.\n    \"\"\";",
                "char quote = '\"'; // read as nobody",
            })
    void findsAPhraseThatIsBroken(String source) {
        assertEquals(1, refused(prose(source)).size(), source);
    }

    @ParameterizedTest
    @ValueSource(strings = {"int whoever;", "// find out by whom", "String read = as + \"nobody\"; // a user"})
    void passesCodeAndOrdinaryWords(String source) {
        assertEquals(List.of(), refused(prose(source)));
    }
}
