package dev.tallyclerk.registry.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyclerk.registry.auth.CredentialException.Reason;
import java.util.Map;

/** Any bytes are refused as malformed, or give each registry only what stands under a key that means it. */
class DockerConfigFuzzTest {
    @FuzzTest
    void parse(byte[] data) {
        DockerConfigReader.Content content;
        DockerConfig config;
        try {
            content = DockerConfigReader.read(data, "the configuration");
            config = DockerConfig.parse(data);
        } catch (CredentialException e) {
            assertEquals(Reason.MALFORMED_FILE, e.reason());
            assertNull(e.getCause());
            assertTrue(e.toString().length() < 300);
            return;
        }
        assertTrue(config.toString().length() < 100);
        content.store().ifPresent(DockerConfigFuzzTest::assertIsName);
        content.helpers().values().forEach(DockerConfigFuzzTest::assertIsNameOrMalformed);
        for (String key : content.entries().keySet()) {
            try {
                assertStandsUnderAKeyOf(key, config.credentialsFor(key), content.entries());
            } catch (CredentialException e) {
                boolean hasHelper =
                        content.store().isPresent() || !content.helpers().isEmpty();
                assertTrue(e.reason() == Reason.MALFORMED_FILE || (hasHelper && e.reason() == Reason.HELPER_NOT_FOUND));
                assertTrue(e.toString().length() < 300);
            }
        }
    }

    private static void assertIsName(String helper) {
        assertTrue(helper.matches("[A-Za-z0-9._-]{1,64}"), helper);
    }

    private static void assertIsNameOrMalformed(DockerConfigReader.Entry<String> helper) {
        String name;
        try {
            name = helper.get();
        } catch (CredentialException e) {
            assertEquals(Reason.MALFORMED_FILE, e.reason());
            return;
        }
        assertIsName(name);
    }

    private static void assertStandsUnderAKeyOf(
            String registry, Credentials credentials, Map<String, DockerConfigReader.Entry<Credentials>> entries) {
        assertTrue(entries.entrySet().stream()
                .anyMatch(entry -> ServerAddress.of(entry.getKey())
                                .registry()
                                .equals(ServerAddress.of(registry).registry())
                        && isOf(entry.getValue(), credentials)));
    }

    private static boolean isOf(DockerConfigReader.Entry<Credentials> entry, Credentials credentials) {
        try {
            return entry.get().equals(credentials);
        } catch (CredentialException e) {
            return false;
        }
    }
}
