package dev.tallyclerk.internal.secret;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretAssignmentTest {
    private static final String ALNUM36 = "a1B2".repeat(9);

    @ParameterizedTest
    @CsvSource({
        "DB_PASSWORD, hunter2-fake",
        "POSTGRES_PASSWORD, example",
        "ADMIN_PASSWORD, $2y$05$bvIG6Nmid91Mu9RcmmWZfO5HJIMCT8riNW0hEp8f6/FuA2/mHZFpe",
        "ADMIN_PASSWORD, <x9Fk",
        "API_TOKEN, abc-fake",
        "NPM_TOKEN, npm_fake",
        "PGPASSWORD, x1",
        "MYSQL_PWD, x1",
        "SMTP_PASS, x1",
        "spring.datasource.password, x1",
        "clientSecret, x1",
        "apiKey, x1",
        "API_KEY, x1",
        "APIKEY, x1",
        "AWS_SECRET_ACCESS_KEY, abcd",
        "SECRET_KEY_BASE, abcd",
        "APP_KEY, base64:abcd",
        "PASSWORD2, x1",
        "GPG_PRIVATE_KEY, x1",
        "--password, x1",
        "GITHUBTOKEN, x1",
        "SSHPASS, x1",
        "AWS_SECRET_ACCESS_KEY, /wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY1",
        "AUTHORIZATION, Bearer abcd-fake",
        "HTTP_AUTHORIZATION, Basic YTpi",
        "BASIC_AUTH, user:pw",
        "REDIS_AUTH, x1",
        "NPM_CONFIG__AUTH, dTpw",
        "npm_config__auth, dTpw",
        "STORAGE, DefaultEndpointsProtocol=https;AccountName=a;AccountKey=/abc+fake==;EndpointSuffix=b",
        "ConnectionStrings__Default, Server=db;User Id=sa;Password=x1;",
        "DB_URL, jdbc:mysql://db/app?user=a&password=x1",
        "AIRFLOW__CORE__FERNET_KEY, abcd",
        "N8N_ENCRYPT_KEY, abcd",
        "AZURE_STORAGE_KEY, abcd",
        "JWT_KEY, abcd",
        "SESSION_KEY, abcd",
        "WEBHOOK_HMAC_KEY, abcd",
        "LICENSE_KEY, abcd",
        "DB_URL, jdbc:sqlserver://db;user=a;password=x1"
    })
    void findsAValueUnderASecretName(String name, String value) {
        assertTrue(SecretAssignment.judge(name, value).isPresent());
    }

    @ParameterizedTest
    @CsvSource({
        "KEYBOARD_LAYOUT, us",
        "MONKEY, banana",
        "TOKENIZERS_PARALLELISM, false",
        "SSL_CERT_FILE, /etc/ssl/certs/ca.pem",
        "DB_PASSWORD_FILE, /run/secrets/db",
        "TOKEN_FILE, token.txt",
        "DB_PASSWORD, /run/secrets/db",
        "DB_PASSWORD, ''",
        "DB_PASSWORD, '\"\"'",
        "DB_PASSWORD, $OTHER",
        "DB_PASSWORD, ${OTHER}",
        "DB_PASSWORD, $1",
        "DB_PASSWORD, $(cat /run/secrets/db)",
        "DB_PASSWORD, <password>",
        "DB_PASSWORD, ****",
        "GPG_KEY, A035C8C19219BA821ECEA86B64E628F8D684696D",
        "GPG_KEYS, A035C8C19219BA821ECEA86B64E628F8D684696D",
        "MYSQL_ALLOW_EMPTY_PASSWORD, yes",
        "PASSWORD_MIN_LENGTH, 12",
        "TOKEN_TTL, 3600",
        "TOKEN_HOST, auth.example.test",
        "AWS_SECRETS_MANAGER_REGION, eu-west-1",
        "MAX_TOKENS, 4096",
        "ACCESS_TOKEN_EXPIRE_MINUTES, 30",
        "REFRESH_TOKEN_EXPIRE_DAYS, 7",
        "JWT_ACCESS_TOKEN_EXPIRES_IN, 15m",
        "PASSWORD_RESET_TIMEOUT_DAYS, 3",
        "TOKEN_MAX_AGE, 60",
        "TOKEN_ENDPOINT_AUTH_METHOD, private_key_jwt",
        "PASSWORD_HASHER, argon2",
        "SECRET_NAMESPACE, apps",
        "SECRET_STORE, vault",
        "SESSION_KEY_PREFIX, app-",
        "ETCD_INITIAL_CLUSTER_TOKEN, etcd-cluster-1",
        "LOCAL_STORAGE_KEY, app-state",
        "JWT_PUBLIC_KEY, abcd",
        "PWD, app",
        "OLDPWD, app",
        "COMPASS, north",
        "PUBLIC_KEY, abc",
        "AWS_ACCESS_KEY_ID, none",
        "PATH, /usr/bin:/bin",
        "PGDATA, /var/lib/postgresql/data",
        "TOKEN, none",
        "API_TOKEN, NULL",
        "DB_PASSWORD, $ecretPa55",
        "AWS_SECRET_ACCESS_KEY, /run/secrets/aws",
        "AUTHORIZATION, enabled",
        "AUTHORIZATION, Bearer $TOKEN",
        "AUTHORIZATION, Bearer <token>",
        "BASIC_AUTH, true",
        "BASIC_AUTH, user:$PASSWORD",
        "BASIC_AUTH, /etc/nginx/htpasswd:ro",
        "HTTP_AUTH, user:pw",
        "REDIS_AUTH, false",
        "NPM_CONFIG__AUTH, ${NPM_AUTH}",
        "ConnectionStrings__Default, Server=db;Integrated Security=true",
        "ConnectionStrings__Default, Server=db;Password=${PW}",
        "DB_URL, jdbc:mysql://db/app?user=a&password=",
        "NOTE, password=x1"
    })
    void leavesDecoysAlone(String name, String value) {
        assertFalse(SecretAssignment.judge(name, value).isPresent());
    }

    @ParameterizedTest
    @CsvSource({"$ecretPa55, true", "$pass-word!, true", "$OTHER, false", "$other_one, false", "${OTHER}, false"})
    void findsAPasswordWithADollarSignWhereNothingIsPutIn(String value, boolean isSecret) {
        assertEquals(
                isSecret, SecretAssignment.judgeLiteral("DB_PASSWORD", value).isPresent());
    }

    @Test
    void redactsWhateverLooksLikeASecret() {
        for (String value : List.of(
                "{\"auths\":{\"x\":{\"auth\":\"dXNlcjpwYXNz\"}}}",
                "{ \"auth\" : \"dXNlcjpwYXNz\" }",
                "sk-proj-" + ALNUM36,
                "sk-ant-api03-" + ALNUM36,
                "hf_" + ALNUM36,
                "ghp_" + ALNUM36,
                "github_pat_" + "a".repeat(22) + "_" + "b".repeat(59),
                "AKIAIOSFODNN7EXAMPLE",
                "xoxb-123456789012-" + "a".repeat(24),
                "npm_" + ALNUM36,
                "glpat-" + "a".repeat(20),
                "glrt-" + "a".repeat(20),
                "glrt-t1_" + "a".repeat(27) + ".01." + "b".repeat(9),
                "gldt-" + "a".repeat(20),
                "glptt-" + "a".repeat(40),
                "glcbt-64_" + "a".repeat(20),
                "dckr_oat_" + "a".repeat(32),
                "xapp-1-A01-2-" + "a".repeat(32),
                "https://hooks.slack.com/services/T00000001/B00000001/" + "a".repeat(24),
                "hvs." + "a".repeat(24),
                "sk-svcacct-" + ALNUM36,
                "sk-admin-" + ALNUM36,
                "rk_live_" + ALNUM36,
                "whsec_" + ALNUM36,
                "dop_v1_" + "a1".repeat(32),
                "GOCSPX-" + "a".repeat(28),
                "ATATT3" + "a".repeat(186),
                "SG." + "a".repeat(22) + "." + "b".repeat(43),
                "AGE-SECRET-KEY-1" + "Q".repeat(58),
                "pul-" + "a1".repeat(20),
                "dapi" + "a1".repeat(16),
                "dapi" + "a1".repeat(16) + "-2",
                "-----BEGIN RSA PRIVATE KEY-----\nMII",
                "-----BEGIN OPENSSH PRIVATE KEY-----",
                "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dBjftJeZ4CVP-mB92K27uh",
                "postgres://app:hunter2@db/app",
                "https://gitlab.example/f?private_token=abcdef123",
                "https://b.example/c/d.tgz?sv=2022-11-02&sp=r&sig=aB%2Fc%3D",
                "https://s3.example/o?X-Amz-Expires=60&X-Amz-Signature=00ff",
                "https://h?access_token=abc",
                "https://h/a?to=https://i/b?token=abc#c",
                "prefix AKIAIOSFODNN7EXAMPLE suffix")) {
            assertTrue(SecretText.looksSecret(value), value);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ghp_short",
                "dapi-for-what-is-no-token-of-anyone",
                "pul-request",
                "https://hooks.slack.com/services/",
                "hvs.example.test",
                "SG.short.key",
                "AKIAIOSFODNN7EXAMPLEX",
                "xAKIAIOSFODNN7EXAMPLE",
                "-----BEGIN CERTIFICATE-----",
                "-----BEGIN PUBLIC KEY-----",
                "https://example.test/a:b@c",
                "https://user@example.test/",
                "https://user:$TOKEN@example.test/",
                "https://user:@example.test/",
                "eyJ.eyJ.x",
                "https://h?access_token=",
                "https://h?access_token=$TOKEN",
                "https://h?access_token=ab${TOKEN}",
                "https://h?access_token={token}",
                "https://h?access_token=%s",
                "https://h?token=true",
                "https://h?page=2&tokens.csv",
                "https://h/token=abc",
                "{\"auths\":{\"x\":{}}}",
                "{\"auth\":\"none\"}",
                "{\"auth\":\"YmFzaWM=\"}",
                "{\"auth\":",
                "sk-proj-short",
                "hf_home",
                "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
            })
    void leavesOtherTextAlone(String text) {
        assertFalse(SecretText.looksSecret(text));
        assertEquals(List.of(), SecretText.find(text));
    }

    @Test
    void redactsTheSecretAndKeepsTheRest() {
        assertEquals(
                "git clone https://bob:[redacted]@git.example.test/x.git",
                SecretText.redact("git clone https://bob:fake-pass@git.example.test/x.git"));
        assertEquals(
                "https://h/f?a=b&access_token=[redacted]&c=d",
                SecretText.redact("https://h/f?a=b&access_token=abc&c=d"));
        assertEquals("nothing here", SecretText.redact("nothing here"));
    }

    @Test
    void splitsNamesIntoWords() {
        assertEquals(List.of("API", "KEY"), SecretNames.words("APIKey"));
        assertEquals(List.of("MY", "DB", "PASSWORD"), SecretNames.words("myDb.password_2"));
        assertEquals(List.of(), SecretNames.words("__1_2__"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "eyJ",
                "eyJa.",
                "a://",
                "://a:b",
                "a:@",
                "://?",
                "://a?token=b",
                "&token=",
                "\"auth\":",
                "\"auth\":\"a",
                "Password=",
                "a;",
                "hf_",
                "-----BEGIN ",
                "PRIVATE KEY",
                "ghp_",
                "xoxb-",
                "AKIA",
                "A_",
                "aA"
            })
    void takesLinearTimeOnRepeatedStarts(String piece) {
        String hostile = piece.repeat(2_000_000 / piece.length());
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            SecretText.redact(hostile);
            SecretAssignment.judge(hostile, hostile);
        });
    }

    @Property
    void neverCrashesAndNeverOverlaps(@ForAll String name, @ForAll String value) {
        SecretAssignment.judge(name, value);
        int end = 0;
        for (FoundSecret span : SecretText.find(value)) {
            assertTrue(span.start() >= end && span.end() > span.start() && span.end() <= value.length());
            end = span.end();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "--password, true",
        "-password, true",
        "--db-password, true",
        "--pgpassword, true",
        "--pass, true",
        "--token, true",
        "--client-secret, true",
        "--api-key, true",
        "--passphrase, true",
        "password, false",
        "--password=x, false",
        "-pass, false",
        "--secret, false",
        "--private-key, false",
        "--password-stdin, false",
        "--password-file, false",
        "--disabled-password, false",
        "--with-token, false",
        "--, false"
    })
    void tellsOptionsThatAreGivenASecret(String option, boolean isSecret) {
        assertEquals(isSecret, SecretNames.isSecretOption(option));
    }
}
