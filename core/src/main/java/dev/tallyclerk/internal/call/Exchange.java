package dev.tallyclerk.internal.call;

import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.http.HttpSettings;
import dev.tallyclerk.http.Request;
import dev.tallyclerk.http.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;

/** Sends one request when it is its turn, and turns everything that goes wrong into an {@link HttpException}. */
final class Exchange {
    private static final String LIBRARY = "tallyclerk/" + version();

    private final CallSettings settings;
    private final OriginRules rules;
    private final String userAgent;

    Exchange(CallSettings settings, OriginRules rules) {
        this.settings = settings;
        this.rules = rules;
        String embedder = settings.http().userAgent();
        this.userAgent = embedder.isEmpty() ? LIBRARY : LIBRARY + " (" + embedder + ")";
    }

    /** {@return the response, whose body fails with an {@link HttpException} only} */
    CallResponse send(CallRequest call, URI uri, boolean trusted, Deadline deadline) throws HttpException {
        deadline.check(); // resolving names takes time of its own
        Request request = call.to(uri, trusted, userAgent);
        HttpSettings http = settings.http();
        OriginRules.Addresses addresses = rules.addresses(uri);
        HostGate gate = settings.gate();
        HostGate.Permit permit = call.lane() == Lane.PERMITTED
                ? gate.free()
                : gate.enter(call.lane().at(Origins.host(uri)), deadline);
        String target = Origins.of(uri) + call.secrets().hide(String.valueOf(uri.getRawPath()));
        long start = settings.waits().nanoTime();
        boolean answered = false;
        try {
            http.listener().requesting(call.method(), target);
            Response response = Objects.requireNonNull(
                    http.transport()
                            .send(request.withTimeout(deadline.remaining())
                                    .withCancellation(deadline.cancellation())
                                    .withAddresses(addresses)),
                    "the transport gave no response");
            addresses.answered();
            ResponseStream body = new ResponseStream(response.body(), uri, permit, call.secrets(), deadline);
            try {
                http.listener().responded(call.method(), target, response.status(), since(start));
                Notices.tell(http.listener(), Origins.host(uri), response, call.secrets());
                answered = true;
            } finally {
                if (!answered) {
                    body.close();
                }
            }
            return new CallResponse(uri, response, body, trusted, call.secrets());
        } catch (IOException e) {
            HttpException failure = deadline.broken(uri, e);
            http.listener().unanswered(call.method(), target, failure.reason(), since(start));
            if (addresses.hasRefused() && failure.reason() == Reason.UNREACHABLE) {
                throw rules.mayNotLeadTo(uri);
            }
            throw call.secrets().hide(failure);
        } finally {
            if (!answered) {
                permit.close();
            }
        }
    }

    private Duration since(long start) {
        return Duration.ofNanos(settings.waits().nanoTime() - start);
    }

    private static String version() {
        try (InputStream in = Exchange.class.getResourceAsStream("version.txt")) {
            if (in == null) {
                throw new IllegalStateException("version.txt is missing beside " + Exchange.class.getName());
            }
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
