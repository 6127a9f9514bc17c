package dev.tallyclerk.registry.client;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpSettings;
import dev.tallyclerk.internal.call.CallResponse;
import dev.tallyclerk.internal.call.Origins;
import dev.tallyclerk.internal.call.Waits;
import dev.tallyclerk.registry.auth.CredentialProvider;
import dev.tallyclerk.registry.auth.Credentials;
import dev.tallyclerk.registry.internal.auth.Scope;
import dev.tallyclerk.registry.testing.FakeWaits;
import dev.tallyclerk.testing.FakeNetwork;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** A session with a registry of a {@link FakeNetwork}, and what its listener heard. */
final class TestSession implements RegistryListener {
    static final String REGISTRY = "https://registry.example.org";
    static final Scope PULL = Scope.pull("a/b");

    final FakeNetwork network = new FakeNetwork().name("registry.example.org", "93.184.215.14");
    final FakeWaits waits = new FakeWaits();
    final List<String> heard = new ArrayList<>();
    private ClientSettings settings = withWaits(
                    ClientSettings.of(
                            HttpSettings.of(network).withNameResolver(network).withClock(waits.clock())),
                    waits)
            .withListener(this);
    private URI base = URI.create(REGISTRY + "/v2/");

    /** {@return this session under other settings} */
    TestSession with(UnaryOperator<ClientSettings> change) {
        settings = change.apply(settings);
        return this;
    }

    /** {@return settings under which time passes otherwise} */
    static ClientSettings withWaits(ClientSettings settings, Waits waits) {
        return settings.withCalls(settings.calls().withWaits(waits));
    }

    TestSession withCredentials(Credentials credentials) {
        return with(s -> s.withCredentials(CredentialProvider.of(credentials)));
    }

    /** {@return this session with a registry elsewhere} */
    TestSession at(String origin) {
        base = URI.create(origin + "/v2/");
        return this;
    }

    /** {@return this session, whose registry answers so} */
    TestSession serving(FakeNetwork.Server registry) {
        network.serve(Origins.of(base).toString(), registry);
        return this;
    }

    RegistrySession session() {
        return RegistrySession.of(settings, base.getRawAuthority(), base);
    }

    ClientSettings settings() {
        return settings;
    }

    URI uri(String path) {
        return base.resolve(path);
    }

    Call pull() {
        return Call.reading("GET", uri("a/b/blobs/1"), PULL);
    }

    CallResponse execute(Call call) throws HttpException {
        return session().execute(call);
    }

    /** {@return the body of the answer} */
    String text(Call call) throws IOException {
        try (CallResponse answer = execute(call)) {
            return new String(answer.body().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    String text() throws IOException {
        return text(pull());
    }

    RegistryException failure(Call call) {
        return assertThrows(RegistryException.class, () -> execute(call));
    }

    RegistryException failure() {
        return failure(pull());
    }

    List<String> authorizations() {
        return network.authorizations(Origins.of(base).toString());
    }

    @Override
    public void warned(String registry, String text) {
        heard.add(registry + " warned " + text);
    }

    @Override
    public void ignored(String registry, String what) {
        heard.add(registry + " ignored " + what);
    }

    @Override
    public void encoded(String registry, String encoding) {
        heard.add(registry + " encoded " + encoding);
    }

    @Override
    public void rateLimited(String registry, long limit, long remaining) {
        heard.add(registry + " limited " + limit + " " + remaining);
    }

    @Override
    public void retrying(String registry, int attempt, Duration wait, HttpException.Reason reason) {
        heard.add(registry + " retrying " + attempt + " " + wait.toMillis() + " " + reason);
    }
}
