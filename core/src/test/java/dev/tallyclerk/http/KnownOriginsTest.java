package dev.tallyclerk.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KnownOriginsTest {
    @ParameterizedTest
    @CsvSource({
        "https://registry-1.docker.io, https://auth.docker.io, true",
        "https://registry.hub.docker.com, https://auth.docker.io, true",
        "https://registry.hub.docker.com, http://auth.docker.io, false",
        "http://registry.hub.docker.com, https://auth.docker.io, false",
        "https://registry.hub.docker.com:5000, https://auth.docker.io, false",
        "https://registry.hub.docker.com, https://auth.docker.io:444, false",
        "https://registry.hub.docker.com, https://hub.docker.com, false",
        "https://hub.docker.com, https://auth.docker.io, false",
        "https://registry.example.org, https://auth.docker.io, false",
        "https://registry.gitlab.com, https://gitlab.com, true",
        "https://registry.gitlab.com, http://gitlab.com, false",
        "https://registry.gitlab.com, https://auth.docker.io, false",
        "https://registry.gitlab.com, https://registry.gitlab.com.example, false",
        "https://registry-1.docker.io, https://gitlab.com, false"
    })
    void onlyDockerHubAndGitlabHaveATokenServiceOfAnotherOriginThatIsTrustedUnasked(
            URI registry, URI other, boolean trusted) {
        assertEquals(trusted, TrustedOrigins.known().mayReceiveCredentials(registry, other));
    }
}
