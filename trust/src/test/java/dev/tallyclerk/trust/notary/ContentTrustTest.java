package dev.tallyclerk.trust.notary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContentTrustTest {
    private static final String SERVER = "DOCKER_CONTENT_TRUST_SERVER";

    @ParameterizedTest
    @ValueSource(strings = {"1", "t", "true", "TRUE", "yes", "off", "2"})
    void isOnForAnyValueThatDoesNotMeanFalse(String value) {
        assertTrue(ContentTrust.of(Map.of("DOCKER_CONTENT_TRUST", value)).isEnabled());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "f", "F", "false", "False", "FALSE"})
    void isOffForAValueThatMeansFalse(String value) {
        assertFalse(ContentTrust.of(Map.of("DOCKER_CONTENT_TRUST", value)).isEnabled());
        assertFalse(ContentTrust.of(Map.of()).isEnabled());
    }

    @Test
    void findsTheServerAsDockerDoes() {
        ContentTrust plain = ContentTrust.of(Map.of());
        assertEquals(URI.create("https://notary.docker.io"), plain.serverFor("docker.io/library/debian"));
        assertEquals(
                URI.create("https://registry.example.com:5000"), plain.serverFor("registry.example.com:5000/team/app"));
        ContentTrust own = ContentTrust.of(Map.of(SERVER, "https://notary.example.com:4443"));
        assertEquals(URI.create("https://notary.example.com:4443"), own.serverFor("docker.io/library/debian"));
    }

    @Test
    void warnsOfTheServerOfDockerHubOnly() {
        ContentTrust plain = ContentTrust.of(Map.of());
        List<String> warnings = plain.warnings("docker.io/library/debian");
        assertEquals(1, warnings.size());
        assertTrue(warnings.get(0).contains("8 December 2026"), warnings::toString);
        assertEquals(List.of(), plain.warnings("registry.example.com/team/app"));
        ContentTrust own = ContentTrust.of(Map.of(SERVER, "https://notary.example.com"));
        assertEquals(List.of(), own.warnings("docker.io/library/debian"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://notary.example.com",
                "notary.example.com",
                "https:///x",
                "https://a:secret@notary.example.com",
                "https://a:secret@[notary"
            })
    void refusesAServerThatIsNotHttps(String server) {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> ContentTrust.of(Map.of(SERVER, server)));
        assertFalse(e.toString().contains("secret"), e::toString);
    }
}
