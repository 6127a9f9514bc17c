package dev.tallyclerk.registry.client;

import static dev.tallyclerk.registry.client.FakeNetwork.answer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.transport.RequestBody;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A registry that says in its answers what it was shown, wherever an answer has a place for it. */
class RepeatedSecretsTest {
    private static final String PASSWORD = "p-secret";
    private static final String SHOWN = "dTpwLXNlY3JldA==";

    private final TestSession test = new TestSession()
            .withCredentials(Credentials.of("u", PASSWORD))
            .with(s -> s.withRetries(RetryPolicy.never()));

    private Repository repository() {
        return new Repository(test.session(), "a/b");
    }

    private void answering(FakeNetwork.Server authorized) {
        test.serving(request -> request.headers().containsKey("Authorization")
                ? authorized.answer(request)
                : answer(401, "", "WWW-Authenticate", "Basic realm=\"r\""));
    }

    private static void assertHidden(Executable call) {
        Throwable thrown = assertThrows(IOException.class, call);
        List<String> texts = new ArrayList<>();
        for (Throwable said = thrown; said != null; said = said.getCause()) {
            texts.add(said.toString());
            Arrays.stream(said.getSuppressed()).map(Throwable::toString).forEach(texts::add);
        }
        for (String secret : List.of(PASSWORD, SHOWN, SHOWN.replace("=", "%3D"), SHOWN.substring(3))) {
            assertFalse(texts.toString().contains(secret), texts.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://x/" + SHOWN, "https://x/" + SHOWN + " ", "//" + SHOWN, "https://u:" + SHOWN + "@x/"})
    void inAddressesOfRedirectsAndUploadsAndPages(String address) {
        answering(request -> answer(307, "", "Location", address));
        assertHidden(() -> test.execute(test.pull()));
        answering(request -> answer(request.method().equals("POST") ? 202 : 404, "", "Location", address));
        assertHidden(() -> new RepositoryWriter(test.session(), "a/b")
                .pushBlob(Descriptor.ofContent("a/b", new byte[1]), RequestBody.of(new byte[1])));
        answering(request -> answer(200, "{\"tags\":[]}", "Link", "<" + address + ">; rel=next"));
        assertHidden(() -> repository().tags());
    }

    @Test
    void inLinksAndChallengesThatCannotBeRead() {
        answering(request -> answer(200, "{\"tags\":[]}", "Link", SHOWN));
        assertHidden(() -> repository().tags());
        answering(request -> answer(401, "", "WWW-Authenticate", "Bearer realm=\"" + SHOWN + "\", \"" + SHOWN));
        assertHidden(() -> test.execute(test.pull()));
        answering(request -> answer(401, "", "WWW-Authenticate", "Bearer realm=\"ftp://x/" + SHOWN + "\""));
        assertHidden(() -> test.execute(test.pull()));
    }

    @Test
    void inDigestsThatAreNone() throws IOException {
        answering(request -> answer(200, "{}", "Docker-Content-Digest", SHOWN));
        repository().manifestClaim("latest");
        assertFalse(test.heard.isEmpty());
        assertFalse(test.heard.toString().contains(SHOWN), test.heard.toString());
    }

    @Test
    void inWhatTheTransportCannotRead() {
        answering(request -> {
            throw new ProtocolException("Unexpected status line: " + SHOWN);
        });
        assertHidden(() -> test.execute(test.pull()));
        answering(request -> answer(200, new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("expected chunk size but was " + SHOWN, new IOException(PASSWORD));
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                return read();
            }
        }));
        assertHidden(() -> test.text());
        answering(request -> {
            throw new ProtocolException("expected chunk size but was \"" + SHOWN.substring(3) + '"');
        });
        assertHidden(() -> test.execute(test.pull()));
    }

    @Test
    void whatIsNotTheSecretStays() {
        answering(request -> answer(307, "", "Location", "ftp://elsewhere/x"));
        String message = String.valueOf(assertThrows(RegistryException.class, () -> test.execute(test.pull()))
                .getMessage());
        assertTrue(message.contains("ftp://elsewhere/x"), message);
    }

    @Test
    void aRefreshTokenThatReplacedAnotherIsNoneOfTheMessagesEither() throws IOException {
        String newer = "newer+tok/en==x";
        test.withCredentials(Credentials.identityToken("older"));
        boolean[] first = {true};
        test.serving(request -> {
            if (request.uri().getPath().equals("/token")) {
                if (first[0]) {
                    first[0] = false;
                    return answer(200, "{\"access_token\":\"t\",\"expires_in\":1,\"refresh_token\":\"" + newer + "\"}");
                }
                try (InputStream body = request.body().open()) {
                    // The end only, for what is long is cut in messages.
                    String form = new String(body.readAllBytes(), StandardCharsets.US_ASCII);
                    return answer(500, form.substring(form.lastIndexOf('&') + 1));
                }
            }
            return answer(
                    401,
                    "",
                    "WWW-Authenticate",
                    "Bearer realm=\"https://registry.example.org/token\",service=\"s\",scope=\"repository:a/b:pull\"");
        });
        List<String> messages = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            messages.add(String.valueOf(assertThrows(RegistryException.class, () -> test.execute(test.pull()))
                    .getMessage()));
            test.waits.pass(Duration.ofMinutes(10));
        }
        assertTrue(messages.toString().contains("refresh_token=…"), messages.toString());
        assertFalse(messages.toString().contains("newer"), messages.toString());
    }

    @Test
    void aSecretOfTwoCharactersGarblesNoMessage() {
        Secrets secrets = Secrets.of("Basic dTplcg==", Credentials.of("u", "er"));
        assertEquals("error of …", secrets.hide("error of dTplcg=="));
        assertEquals("… words", Secrets.of(null, Credentials.of("u", "err")).hide("err words"));
    }
}
