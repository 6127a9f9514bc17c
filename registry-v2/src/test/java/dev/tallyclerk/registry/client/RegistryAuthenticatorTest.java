package dev.tallyclerk.registry.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpSettings;
import dev.tallyclerk.http.OriginPolicy;
import dev.tallyclerk.http.Response;
import dev.tallyclerk.http.RetryPolicy;
import dev.tallyclerk.http.TrustedOrigins;
import dev.tallyclerk.registry.auth.CredentialProvider;
import dev.tallyclerk.registry.auth.Credentials;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The tokens of a server beside a registry. */
class RegistryAuthenticatorTest {
    private static final URI TARGET =
            URI.create("https://notary.example.com/v2/registry.example.com/app/_trust/tuf/timestamp.json");
    private static final String CHALLENGE = "Bearer realm=\"https://auth.example.com/token\",service=\"notary\","
            + "scope=\"repository:registry.example.com/app:pull\"";

    private static final OriginPolicy TRUSTING =
            TrustedOrigins.known().withEveryRegistry(URI.create("https://auth.example.com"));

    private final List<String> asked = new ArrayList<>();

    private HttpSettings http(int status) {
        return HttpSettings.of(request -> {
                    asked.add(request.uri() + " " + request.headers().getOrDefault("Authorization", List.of("-")));
                    byte[] token = "{\"token\":\"good\"}".getBytes(StandardCharsets.UTF_8);
                    return new Response(status, Map.of(), new ByteArrayInputStream(token));
                })
                .withNameResolver(host -> List.of(InetAddress.getByAddress(new byte[] {93, (byte) 184, 34, 34})))
                .withRetries(RetryPolicy.never());
    }

    private static RegistryAuthenticator authenticator(HttpSettings http) {
        CredentialProvider credentials =
                CredentialProvider.of("registry.example.com", Credentials.of("alice", "secret"));
        return RegistryAuthenticator.of("registry.example.com", "app", credentials, http);
    }

    @Test
    void asksForATokenOfTheChallengedScopeOnce() throws HttpException {
        RegistryAuthenticator authenticator = authenticator(http(200).withOrigins(TRUSTING));
        assertEquals(Optional.of("Bearer good"), authenticator.answer(TARGET, List.of(CHALLENGE)));
        assertEquals(Optional.of("Bearer good"), authenticator.answer(TARGET, List.of(CHALLENGE)));
        assertEquals(1, asked.size());
        assertEquals(
                "https://auth.example.com/token?service=notary&scope=repository%3Aregistry.example.com%2Fapp%3Apull"
                        + " [Basic YWxpY2U6c2VjcmV0]",
                asked.get(0));
    }

    @Test
    void aTokenServiceThatIsNotTrustedGetsNoCredentials() throws HttpException {
        RegistryAuthenticator authenticator = authenticator(http(200));
        assertEquals(Optional.of("Bearer good"), authenticator.answer(TARGET, List.of(CHALLENGE)));
        assertFalse(asked.get(0).contains("Basic"), asked::toString);
    }

    @Test
    void aTokenThatIsNotGivenIsAFailure() {
        RegistryAuthenticator authenticator = authenticator(http(401).withOrigins(TRUSTING));
        HttpException e = assertThrows(HttpException.class, () -> authenticator.answer(TARGET, List.of(CHALLENGE)));
        assertEquals(HttpException.Reason.UNAUTHORIZED, e.reason());
    }

    @Test
    void noChallengeHasNoAnswer() throws HttpException {
        assertEquals(Optional.empty(), authenticator(http(200)).answer(TARGET, List.of()));
        assertEquals(List.of(), asked);
    }
}
