package dev.tallyclerk.internal.secret;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretEngineTest {
    /** Random, with a right checksum; never valid. */
    private static final String GITHUB = "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";

    private static final String KEY = """
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgkxE9reBKYpvXeffx
            hEXU+eU/cMDck9Xr9ukOgN+BwTqhRANCAATT741JhaNcMRr2Mo+0O3J3pNtJvJif
            """;

    private static List<FoundSecret> inFile(String path, byte[] content) {
        return inFile(SecretEngine.builtIn(), path, content, SecretStream.MAX_CHUNK);
    }

    private static List<FoundSecret> inFile(SecretEngine engine, String path, byte[] content, int chunk) {
        List<FoundSecret> found = new ArrayList<>();
        SecretStream stream = engine.startFiles();
        stream.start(path, found::add);
        for (int at = 0; at < content.length; at += chunk) {
            stream.update(content, at, Math.min(chunk, content.length - at));
        }
        stream.finish();
        return found;
    }

    private static List<String> names(String path, String content) {
        return new ArrayList<>(new TreeSet<>(inFile(path, content.getBytes(StandardCharsets.UTF_8)).stream()
                .map(secret -> secret.kind() + (secret.isProtected() ? " protected" : ""))
                .toList()));
    }

    private static String pem(String label, String body) {
        return "-----BEGIN " + label + "-----\n" + body + "-----END " + label + "-----\n";
    }

    @Test
    void findsTokensWithTheirChecksum() {
        assertEquals(List.of("TOKEN"), names("app/x.env", "GH=" + GITHUB + "\n"));
        assertEquals(List.of("TOKEN"), names("app/x.json", "{\"a\":\"line\\n" + GITHUB + "\"}"));
        assertEquals(List.of(), names("app/x.env", "GH=" + GITHUB.replace('f', 'g') + "\n"));
        assertEquals(List.of(), names("app/x.env", "GH=x" + GITHUB + "\n"));
        assertEquals(List.of(), names("app/x.env", "GH=" + GITHUB + "x\n"));
        assertTrue(SecretText.looksSecret(GITHUB.replace('f', 'g')), "a report does not show it in any case");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "AKIAIOSFODNN7EXAMPLE",
                "AKIAAAAAAAAAAAAAAAAA",
                "glpat-XXXXXXXXXXXXXXXXXXXX",
                "xoxb-000000000000-000000000000-xxxxxxxxxxxxxxxxxxxxxxxx",
                "xoxb-your-token-here",
                "https://user:password@example.com/",
                "https://${USER}:${PASS}@git.example.test/"
            })
    void examplesAreNoSecrets(String text) {
        assertEquals(List.of(), names("docs/x.md", text));
        assertEquals(List.of(), SecretText.find(text));
    }

    @Test
    void knowsPrivateKeysByTheirContent() {
        assertEquals(List.of("PRIVATE_KEY"), names("a.pem", pem("PRIVATE KEY", KEY)));
        assertEquals(
                List.of("PRIVATE_KEY"), names("a.json", pem("PRIVATE KEY", KEY).replace("\n", "\\n")));
        assertEquals(
                List.of("PRIVATE_KEY"),
                names("a.pem", pem("RSA PRIVATE KEY", KEY).replace("\n", "\r\n")));
        assertEquals(List.of("PRIVATE_KEY protected"), names("a.pem", pem("ENCRYPTED PRIVATE KEY", KEY)));
        assertEquals(
                List.of("PRIVATE_KEY protected"),
                names("a.pem", pem("RSA PRIVATE KEY", "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nx" + KEY)));
        String plain = "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZWQy\n";
        String encrypted = "b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIAAAAGYmNyeXB0AAAAGAAAABAfs73fQ1Ub\n";
        assertEquals(List.of("PRIVATE_KEY"), names("id", pem("OPENSSH PRIVATE KEY", plain)));
        assertEquals(List.of("PRIVATE_KEY protected"), names("id", pem("OPENSSH PRIVATE KEY", encrypted)));
        assertEquals(
                List.of("PRIVATE_KEY"),
                names(
                        "a.ppk",
                        "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: x\nPublic-Lines: 1\n" + KEY
                                + "Private-Lines: 1\n" + KEY + "Private-MAC: 00\n"));
        for (String label : List.of("CERTIFICATE", "PUBLIC KEY", "RSA PUBLIC KEY")) {
            assertEquals(List.of(), names("a.pem", pem(label, KEY)));
        }
        for (String body : List.of("", "...\n", "\"\n", "AAAA\n", "M".repeat(200) + "\n")) {
            assertEquals(List.of(), names("a.pem", pem("PRIVATE KEY", body)));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "root/.npmrc | //r.example.test/:_authToken=abcd-1234 | PACKAGE",
                "root/.npmrc | //r.example.test/:_authToken=${NPM_TOKEN} | ",
                "root/.npmrc | # _password=abcd-1234 | ",
                "root/x.conf | _authToken=abcd-1234 | ",
                "root/.pypirc | password = hunter2 | PACKAGE",
                "root/.netrc | machine a login b password hunter2 | PACKAGE",
                "root/.git-credentials | https://bob:hunter2@git.example.test | PACKAGE",
                "root/.m2/settings.xml | <password>hunter2</password> | PACKAGE",
                "root/.m2/settings.xml | <password>${env.PW}</password> | ",
                "root/.m2/settings.xml | <password>{COQLCE6DU6GtcS5P=}</password> | ",
                "root/.cargo/credentials.toml | token = \"ciohunter2\" | PACKAGE",
                "root/.nuget/NuGet/NuGet.Config | <add key=\"ClearTextPassword\" value=\"hunter2\" /> | PACKAGE",
                "root/.aws/credentials | aws_secret_access_key = abcd1234abcd | CLOUD",
                "app/settings | aws_secret_access_key = 1CS5o4+YbN1tJPJZ+mjd3cGGO+1LPuisPkRLpS1K | TOKEN",
                "app/settings | aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY | ",
                "root/.docker/config.json | {\"auths\":{\"x\":{\"auth\":\"dXNlcjpodW50ZXIy\"}}} | REGISTRY",
                "root/.docker/config.json | {\"auths\":{\"x\":{}},\"credHelpers\":{\"x\":\"y\"}} | ",
                "root/.docker/config.json | {\"auths\":{\"x\":{\"identitytoken\":\"abcd1234\"}}} | REGISTRY",
                "root/.kube/config | client-key-data: TUlHSEFnRUFN | KUBERNETES",
                "root/.kube/config | client-certificate-data: TUlHSEFnRUFN | "
            })
    void readsFilesOfKnownNames(String path, String content, String kinds) {
        assertEquals(kinds == null ? List.of() : List.of(kinds.split(",", -1)), names(path, content.strip() + "\n"));
    }

    @Property(tries = 50)
    void findsASecretWhereverTheChunksEnd(
            @ForAll @IntRange(min = 0, max = 200_000) int before, @ForAll @IntRange(min = 1, max = 65_536) int chunk) {
        byte[] content = new byte[before + 20_000];
        Arrays.fill(content, (byte) '\n');
        byte[] token = GITHUB.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(token, 0, content, before, token.length);

        assertEquals(1, inFile(SecretEngine.builtIn(), "x", content, chunk).size());
    }

    @Property(tries = 200)
    void neverFailsOnAnyContent(@ForAll byte[] content, @ForAll @IntRange(min = 0, max = 40) int piece) {
        String[] pieces = {
            "-----BEGIN ",
            "PRIVATE KEY-----\n",
            "eyJ",
            "://",
            "\"auth\"",
            "ghp_",
            "PuTTY-User-Key-File-",
            "@",
            ":",
            "\\n"
        };
        byte[] mixed = (new String(content, StandardCharsets.ISO_8859_1)
                        + pieces[piece % pieces.length]
                        + new String(content, StandardCharsets.ISO_8859_1)
                        + pieces[piece / 5 % pieces.length])
                .getBytes(StandardCharsets.ISO_8859_1);
        assertEquals(inFile("root/.npmrc", mixed), inFile("root/.npmrc", mixed));
    }

    /** The same keywords by a search that tries all of them everywhere. */
    @Property(tries = 100)
    void theScanFindsEachKeywordOnce(@ForAll long seed) {
        Random random = new Random(seed);
        List<String> keywords = List.of("ghp_", "://", "-----BEGIN ", "eyJ", "aaa", "abab");
        StringBuilder text = new StringBuilder();
        while (text.length() < 400) {
            text.append(
                    random.nextInt(3) == 0
                            ? keywords.get(random.nextInt(6))
                            : String.valueOf((char) ('-' + random.nextInt(60))));
        }
        String all = text.toString();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < all.length(); i++) {
            for (String keyword : keywords) {
                if (all.startsWith(keyword, i)) {
                    expected.add(i + " " + keyword);
                }
            }
        }
        List<SecretPattern> patterns = keywords.stream()
                .map(keyword -> new SecretPattern(
                        keyword, SecretKind.TOKEN, true, false, List.of(), List.of(keyword), (w, s, b, m) -> {}))
                .toList();
        List<String> found = new ArrayList<>();
        byte[] bytes = all.getBytes(StandardCharsets.US_ASCII);
        new KeywordScan(patterns)
                .scan(
                        bytes,
                        0,
                        bytes.length - 1,
                        bytes.length,
                        (pattern, start, end) -> found.add(start + " " + keywords.get(pattern)));
        assertEquals(
                expected.stream().sorted().toList(), found.stream().sorted().toList());
    }

    @Test
    void takesLinearTimeOnRepeatedStarts() {
        for (String piece : List.of(
                "-----BEGIN PRIVATE KEY-----",
                "eyJa.",
                "eyJaaaaaaaaa.eyJa.",
                "a://b:c",
                "\"auth\":\"",
                "ghp_",
                "npm_ghp_",
                "PuTTY-User-Key-File-2: ",
                "glpat-",
                "SG.aaaaaaaaaaaaaaaaaaaaaa.",
                "_authToken=\"")) {
            byte[] hostile = piece.repeat(4_000_000 / piece.length()).getBytes(StandardCharsets.US_ASCII);
            assertTimeoutPreemptively(Duration.ofSeconds(30), () -> inFile("root/.npmrc", hostile), piece);
        }
    }

    @Test
    void takesPatternsOfAnEmbedder() {
        SecretEngine engine = SecretEngine.builtIn()
                .withPatterns("# ours\nExample token | token | any | extok_ | [0-9a-f]{8}-[A-Z]{2,4} | entropy=1\n");

        byte[] content = "x = extok_0a1b2c3d-ABC;".getBytes(StandardCharsets.US_ASCII);
        assertEquals("Example token", inFile(engine, "x", content, 100).get(0).name());
        assertEquals(List.of(), inFile("x", content));
        assertFalse(engine.find("extok_0a1b2c3d-ABC").isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "one column",
                "a | b | any | abc | [a]{1} | -",
                "a | token | any | ab | [a]{1} | -",
                "a | token | any | abc | [a]{2,1} | -",
                "a | token | any | abc | [a]{0} | -",
                "a | token | any | abc | [a]{99999} | -",
                "a | token | any | abc | [a | -",
                "a | token | any | abc | [z-a]{1} | -",
                "a | token | any | abc | []{1} | -",
                "a | token | any | abc | (a+)+ | -",
                "a | token | any | abc | <unknown> | -",
                "a | token | any | abc | <value> | crc32",
                "a | token | any | abc | [a]{1} | md5",
                "a | token | any | abc | [a]{1} | entropy=x",
                "a | token | any | abc | [a]{1} | entropy=9",
                "a | token | any |  | [a]{1} | -",
                "a | token | any | \u00e4bcd | [a]{1} | -",
                " | token | any | abc | [a]{1} | -"
            })
    void refusesATableThatIsNotOne(String line) {
        PatternException e = assertThrows(
                PatternException.class, () -> SecretEngine.builtIn().withPatterns("# first\n" + line));
        assertTrue(String.valueOf(e.getMessage()).startsWith("line 2: "), String.valueOf(e.getMessage()));
    }

    @Property(tries = 300)
    void aTableIsReadOrRefused(@ForAll String text) {
        for (String table :
                List.of(text, "a | token | any | abc | " + text + " | -", "a | token | any | abc | [a]{1} | " + text)) {
            try {
                PatternTable.parse(table);
            } catch (PatternException e) {
                assertFalse(String.valueOf(e.getMessage()).isEmpty());
            }
        }
    }

    @Test
    void randomBytesAreNoSecrets() {
        byte[] random = new byte[4 << 20];
        new Random(1).nextBytes(random);
        assertEquals(List.of(), inFile("x", random));
        assertEquals(List.of(), inFile("x", Base64.getEncoder().encode(random)));
    }
}
