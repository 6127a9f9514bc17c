package dev.tallyclerk.registry.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.client.MemoryRegistry;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.registry.client.RegistryException;
import dev.tallyclerk.registry.client.Repository;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialProviderTest {
    private static final Credentials USER = Credentials.of("user", "secret");
    private static final Credentials OTHER = Credentials.of("other", "secret");

    private final MemoryRegistry registry = new MemoryRegistry();

    CredentialProviderTest() {
        registry.repository("a").image("1", "layer");
        registry.intercept(request -> request.headers().containsKey("Authorization")
                ? null
                : MemoryRegistry.answer(401, Map.of("WWW-Authenticate", "Basic realm=\"r\"")));
    }

    private static boolean isThere(RegistryClient client, String host) throws IOException {
        return client.repository(Reference.parse(host + "/a")).manifest("1").isPresent();
    }

    private List<String> shownTo(String host) {
        return registry.requests().stream()
                .filter(request -> request.uri().getHost().equals(host))
                .flatMap(request -> request.headers().getOrDefault("Authorization", List.of()).stream())
                .toList();
    }

    @Test
    void whatIsForOneRegistryIsShownToNoOther() throws IOException {
        RegistryClient client = registry.client().withCredentials("registry.example.org", USER);
        assertTrue(isThere(client, "registry.example.org"));
        assertEquals(List.of(USER.basic().orElseThrow()), shownTo("registry.example.org"));
        var e = assertThrows(RegistryException.class, () -> isThere(client, "evil.example.net"));
        assertEquals(Reason.UNAUTHORIZED, e.reason());
        assertEquals(List.of(), shownTo("evil.example.net"));
        assertThrows(RegistryException.class, () -> isThere(client, "registry.example.org:5000"));
    }

    @Test
    void oneRegistryAfterAnotherMayHaveItsOwn() throws IOException {
        RegistryClient client = registry.client()
                .withCredentials("registry.example.org", OTHER)
                .withCredentials("other.example.org", OTHER)
                .withCredentials("Registry.example.org", USER);
        assertTrue(isThere(client, "registry.example.org"));
        assertTrue(isThere(client, "other.example.org"));
        assertEquals(List.of(USER.basic().orElseThrow()), shownTo("registry.example.org"));
        assertEquals(List.of(OTHER.basic().orElseThrow()), shownTo("other.example.org"));
    }

    @Test
    void theCredentialsOfEveryOtherRegistryStay() throws IOException {
        CredentialProvider provider = CredentialProvider.of("docker.io", USER, CredentialProvider.of(OTHER));
        assertEquals(USER, provider.credentialsFor("docker.io"));
        assertEquals(OTHER, provider.credentialsFor("registry.example.org"));
        assertFalse(provider.credentialsFor("docker.io.example.org").equals(USER));
    }

    @Test
    void theRepositoriesOfARegistryMayHaveTheirOwn() throws IOException {
        registry.repository("team/a").image("1", "layer");
        CredentialProvider byTeam = new CredentialProvider() {
            @Override
            public Credentials credentialsFor(String asking) {
                return asking.equals("registry.example.org/team") ? OTHER : USER;
            }

            @Override
            public String keyFor(String asking, String repository) {
                return repository.startsWith("team/") ? asking + "/team" : asking;
            }
        };
        RegistryClient client = registry.client()
                .withCredentials(CredentialProvider.of("other.example.org", Credentials.of("third", "x"), byTeam));
        for (String name : List.of("a", "team/a", "a", "team/a")) {
            Repository repository = client.repository(Reference.parse("registry.example.org/" + name));
            assertTrue(repository.manifest("1").isPresent());
        }
        String user = USER.basic().orElseThrow();
        String other = OTHER.basic().orElseThrow();
        assertEquals(List.of(user, other, user, other), shownTo("registry.example.org"));
        assertTrue(isThere(client, "other.example.org"));
        assertEquals(
                List.of(Credentials.of("third", "x").basic().orElseThrow()),
                shownTo("other.example.org"),
                "one that is named has one for all of its repositories");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "docker.io",
                "index.docker.io",
                "registry-1.docker.io",
                "registry.hub.docker.com",
                "Index.Docker.io"
            })
    void dockerHubIsMeantByAnyOfItsNames(String name) throws IOException {
        CredentialProvider provider = CredentialProvider.of(name, USER);
        assertEquals(USER, provider.credentialsFor("docker.io"));
        assertEquals(USER, provider.credentialsFor("registry-1.docker.io"));
        assertEquals(USER, provider.credentialsFor("registry.hub.docker.com"));
        assertEquals(Credentials.anonymous(), provider.credentialsFor("auth.docker.io"));
        assertEquals(Credentials.anonymous(), provider.credentialsFor("index.docker.io:5000"));
        assertTrue(isThere(registry.client().withCredentials(name, USER), "docker.io"));
        assertEquals(List.of(USER.basic().orElseThrow()), shownTo("registry-1.docker.io"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "https://registry.example.org", "registry.example.org/a", "a:b", "user@a.example.org"})
    void areForWhatCanBeARegistryOnly(String registryName) {
        assertThrows(IllegalArgumentException.class, () -> CredentialProvider.of(registryName, USER));
    }
}
