package dev.tallyclerk.internal.secret;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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

    /** Random, and never valid. */
    private static final String LETTERS = "q7Rk2ZtW9mXc4VbN1hJ8sLdF6gPyT3uAeH5wKzQ0rYiMvBnCxE7aUoS2jD9fG4l";

    private static final String HEX = "3f9a1c7e5b2d8046e1f7a93c5d0b284e6f1a9c3d7e5b20841f6ad39c7e5b2d80";

    /** A token of app 1234567, as GitHub gives them out since 2026: a JSON Web Token behind the number. */
    private static final String STATELESS =
            "ghs_1234567_eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJnaXRodWIiLCJleHAiOjE3ODAwMDAwMDB9." + LETTERS;

    @Test
    void findsTokensOfManyIssuers() {
        for (String token : List.of(
                STATELESS,
                "glpat-" + LETTERS.substring(0, 40) + ".01.0u1k9f3q2",
                "glsoat-" + LETTERS.substring(0, 20),
                "GR1348941" + LETTERS.substring(0, 20),
                "A3TXQ46NFN5YPR6ZHJMC",
                "\"AWS_SECRET_ACCESS_KEY\" => \"" + LETTERS.substring(0, 40) + "\"",
                "{\\\"SecretAccessKey\\\": \\\"" + LETTERS.substring(0, 40) + "\\\"}",
                "aws_session_token = " + LETTERS.repeat(3) + "=",
                "xoxe.xoxp-1-" + LETTERS.repeat(3).toUpperCase(Locale.ROOT),
                "AccountName=a;AccountKey=" + LETTERS.repeat(2).substring(0, 86) + "==;",
                "SharedAccessKey=" + LETTERS.substring(0, 43) + "=",
                "secret: idQ8Q~ELRe9aE84jlB7bncB3qNldkdhEMxu4-6mk",
                "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",
                "lR6KaSY8smCozj.atlasv1." + LETTERS,
                "shpat_" + HEX.substring(0, 32),
                "doo_v1_" + HEX,
                "glsa_" + LETTERS.substring(0, 32) + "_3f9a1c7e",
                "https://discord.com/api/webhooks/693394984916747125/" + LETTERS,
                "Authorization: Basic Ym9iOk5McW1YYlNURUF2b0lQ")) {
            assertEquals(List.of("TOKEN"), names("app/x.env", token + "\n"), token);
            assertFalse(SecretText.find(token).isEmpty(), token);
            assertTrue(SecretText.looksSecret(token), token);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "glpat-your-access-token-here-please",
                "glpat-REPLACE_WITH_YOUR_TOKEN",
                "sk_live_YOURSECRETKEYGOESHERE",
                "sk-ant-your-api-key-goes-here",
                "dckr_pat_your-docker-token-here",
                "AIzaSyYOUR_API_KEY_GOES_HERE_0000000000",
                // jwt.io, RFC 7519, RFC 6749 and the emulator of Azure's storage
                "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIn0.NHVaYe26MbtOYhSKk",
                "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcG"
                        + "xlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
                "Authorization: Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW",
                "AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
                "http://sam:V3ry_S3nsit1ve@my.example.com"
            })
    void whatStandsForATokenIsNone(String text) {
        assertEquals(List.of(), names("app/x.md", text));
    }

    @Test
    void findsKeysInCommentsAndSourceText() {
        String pem = pem("PRIVATE KEY", KEY).strip();
        for (String text : List.of(
                "# " + pem.replace("\n", "\n# "),
                "// " + pem.replace("\n", "\n// "),
                "\"" + pem.replace("\n", "\\n\" +\n\"") + "\"",
                "\"" + pem.replace("\n", "\\n\" \\\n\"") + "\"",
                pem.replace("\n", "&#10;"),
                "key: |\n    " + pem.replace("\n", "\n    "))) {
            assertEquals(List.of("PRIVATE_KEY"), names("srv/x", text), text);
        }
    }

    @Test
    void aKeyOnOneLineMayBeFollowedByOtherMembers() {
        String key = "MC4CAQAwBQYDK2VwBCIEIA5kZ9QmX2cV7bN1hJ8sLdF6gPyT3uAeH5wKzQ0rYiMv";
        assertEquals(
                List.of("PRIVATE_KEY"),
                names("a.json", "\"-----BEGIN PRIVATE KEY-----" + key + "-----END PRIVATE KEY-----\",\"id\":\"x\"}"));
    }

    @Test
    void findsKeysAndPasswordsInBase64() {
        Base64.Encoder base64 = Base64.getEncoder();
        String key = base64.encodeToString(pem("PRIVATE KEY", KEY).getBytes(StandardCharsets.US_ASCII));
        String encrypted =
                base64.encodeToString(pem("ENCRYPTED PRIVATE KEY", KEY).getBytes(StandardCharsets.US_ASCII));
        String certificate = base64.encodeToString(pem("CERTIFICATE", KEY).getBytes(StandardCharsets.US_ASCII));
        assertEquals(List.of("PRIVATE_KEY"), names("srv/x.yaml", "tls.key: " + key + "\ntls.crt: " + certificate));
        assertEquals(List.of("PRIVATE_KEY"), names("srv/x.yaml", key.replaceAll(".{76}", "$0\n")));
        assertEquals(List.of("PRIVATE_KEY protected"), names("srv/x.yaml", encrypted));
        assertEquals(List.of(), names("srv/x.yaml", certificate));
        assertFalse(SecretText.redact("KEY=" + key).contains(key.substring(20)));

        String auths = "{\"auths\":{\"r.example\":{\"auth\":\"dXNlcjpodW50ZXIy\"}}}";
        String none = "{\"auths\":{\"r.example\":{\"auth\":\"\"}},\"credsStore\":\"desktop\"}";
        assertEquals(
                List.of("REGISTRY"),
                names("srv/x.yaml", base64.encodeToString(auths.getBytes(StandardCharsets.US_ASCII))));
        assertEquals(List.of(), names("srv/x.yaml", base64.encodeToString(none.getBytes(StandardCharsets.US_ASCII))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ...\n",
                "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDZ\n...\n",
                "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgkxE9reBKYpvXeffx\n...\n",
                "followed by base64 text, which is decoded by the program as usual, and then so on and on\n"
            })
    void theStartOfAKeyAndProseAreNoKeys(String body) {
        assertEquals(List.of(), names("README", pem("PRIVATE KEY", body)));
    }

    /** The self-tests of GnuTLS have such a key, which starts with the name of the algorithm as all do. */
    @Test
    void aGostKeyIsAKey() {
        String start = "MGoCAQAwIQYIKoUDBwEBAQIwFQYJKoUDBwECAQIBBggqhQMHAQECAwRCBEDZ9tW1\n";
        assertEquals(List.of("PRIVATE_KEY"), names("a.pem", pem("PRIVATE KEY", start + KEY)));
        assertEquals(
                List.of("PRIVATE_KEY"), names("a.pem", pem("PRIVATE KEY", start.replace("DZ9tW1", "DCjFpv")) + KEY));
    }

    @Test
    void findsKeysOfOtherFormats() {
        assertEquals(
                List.of("PRIVATE_KEY"),
                names(
                        "id",
                        "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nComment: \"x\"\n" + KEY
                                + "---- END SSH2 ENCRYPTED PRIVATE KEY ----\n"));
        assertEquals(
                List.of("PRIVATE_KEY"),
                names(
                        "ta.key",
                        "-----BEGIN OpenVPN Static key V1-----\n"
                                + HEX.replaceAll(".{32}", "$0\n").repeat(8) + "-----END OpenVPN Static key V1-----\n"));
        String wireguard = "[Interface]\nPrivateKey = " + LETTERS.substring(0, 43) + "=\n";
        assertEquals(List.of("PRIVATE_KEY"), names("etc/wireguard/wg0.conf", wireguard));
        assertEquals(List.of(), names("etc/wireguard/wg0.conf", wireguard.replace("Private", "Public")));
        String gpg = "Created: 20260101T000000\nKey: (private-key (rsa (n #00AB#)))\n";
        assertEquals(List.of("PRIVATE_KEY"), names("root/.gnupg/private-keys-v1.d/AB.key", gpg));
        assertEquals(
                List.of("PRIVATE_KEY protected"),
                names("root/.gnupg/private-keys-v1.d/AB.key", gpg.replace("(private", "(protected-private")));
        assertEquals(List.of(), names("usr/lib/libgcrypt.so", gpg));
    }

    @Test
    void searchesFilesInUtf16() {
        for (Charset charset : List.of(StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
            byte[] content = ("\ufeff" + "x".repeat(70_001) + " \u20ac=" + GITHUB + "\r\n").getBytes(charset);
            for (int chunk : List.of(1001, SecretStream.MAX_CHUNK)) {
                assertEquals(
                        1,
                        inFile(SecretEngine.builtIn(), "a.ps1", content, chunk).size());
            }
        }
    }

    @Test
    void aPatternMayStartBeforeItsKeywordAndBelongToADirectory() {
        SecretEngine engine = SecretEngine.builtIn().withPatterns("""
                Example token | token | any | .extok. | [0-9a-z]{8} | before=4 example=*zzz entropy=1
                Example key | private-key | vault/keys/* | sealed: | [0-9a-z]{8} | encrypted entropy=1
                """);
        Map<String, Integer> wanted = Map.of(
                "x=ab12.extok.0a1b2c3d", 1,
                "x=2.extok.0a1b2c3d", 0,
                "x=zab12.extok.0a1b2c3d", 0,
                "x=ab12.extok.0zzz2c3d", 0);
        wanted.forEach((text, count) -> assertEquals(
                count,
                inFile(engine, "x", text.getBytes(StandardCharsets.US_ASCII), 100)
                        .size(),
                text));
        byte[] sealed = "sealed:0a1b2c3d".getBytes(StandardCharsets.US_ASCII);
        assertTrue(inFile(engine, "srv/vault/keys/a", sealed, 100).get(0).isProtected());
        assertEquals(1, inFile(engine, "vault/keys/a", sealed, 100).size());
        assertEquals(List.of(), inFile(engine, "vault/keys/a/b", sealed, 100));
        assertEquals(List.of(), inFile(engine, "myvault/keys/a", sealed, 100));
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
                "root/.kube/config | client-certificate-data: TUlHSEFnRUFN | ",
                "etc/rancher/k3s/k3s.yaml | client-key-data: TUlHSEFnRUFN | KUBERNETES",
                "root/.docker/config.json | {\"auths\":{\"x\":{\"auth\":\"dXNlcjpwYXNzd29yZA==\"}}} | REGISTRY",
                "root/.docker/config.json | {\"auths\":{\"x\":{\"username\":\"u\",\"password\":\"hunter2\"}}} | REGISTRY",
                "app/x.json | {\"auth\":\"dXNlcjpwYXNzd29yZA==\"} | ",
                "etc/pip.conf | index-url = https://bob:hunter2@pypi.example.test/simple | PACKAGE",
                "etc/pip.conf | index-url = https://${U}:${P}@pypi.example.test/simple | ",
                "etc/yum.repos.d/a.repo | password=hunter2 | PACKAGE",
                "etc/apt/auth.conf.d/a.conf | machine a login b password hunter2 | PACKAGE",
                "etc/apt/sources.list.d/a.list | deb https://bob:hunter2@apt.example.test trixie main | PACKAGE",
                "srv/.git/config | url = https://bob:hunter2@git.example.test/a.git | PACKAGE",
                "srv/.git/config | url = https://git.example.test/a.git | ",
                "root/.bundle/config | BUNDLE_GEMS__CORP__TEST: \"bob:hunter2\" | PACKAGE",
                "root/.bundle/config | BUNDLE_PATH: \"vendor/bundle\" | ",
                "root/.netrc | machine a login b#c password hunter2 | PACKAGE",
                "root/.npmrc | _auth=your-auth-here | ",
                "srv/sa.json | {\"private_key_id\": \"your-key-id\"} | "
            })
    void readsFilesOfKnownNames(String path, String content, String kinds) {
        assertEquals(kinds == null ? List.of() : List.of(kinds.split(",", -1)), names(path, content.strip() + "\n"));
    }

    @Test
    void aSecretThatTwoPatternsOfANameFindCountsOnce() {
        byte[] config = "{\"auths\":{\"x\":{\"auth\":\"dXNlcjpodW50ZXIy\"}}}".getBytes(StandardCharsets.US_ASCII);
        assertEquals(1, inFile("root/.docker/config.json", config).size());
    }

    /** The configuration that comes with Maven shows so what to write. */
    @Test
    void aValueInACommentOfXmlIsNoSecret() {
        String server = "<server>\n<id>a</id>\n<password>hunter2</password>\n</server>\n";
        assertEquals(List.of(), names("usr/share/maven/conf/settings.xml", "<!-- server\n | text\n" + server + "-->"));
        assertEquals(List.of("PACKAGE"), names("usr/share/maven/conf/settings.xml", "<!-- server -->\n" + server));
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
                "LS0tLS1CRUdJTi",
                "eyJhdXRocyI6",
                "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0t\\n",
                "Authorization: Basic YTpi",
                "-----BEGIN PRIVATE KEY-----\na: b\n",
                "<password>abc<!",
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
                "a | token | any | abc | [a]{1} | before=0",
                "a | token | any | abc | [a]{1} | before=101",
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
