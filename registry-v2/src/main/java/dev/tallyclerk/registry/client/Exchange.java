package dev.tallyclerk.registry.client;

import dev.tallyclerk.http.Request;
import dev.tallyclerk.http.Response;
import dev.tallyclerk.registry.client.RegistryException.Reason;
import java.io.IOException;
import java.util.Objects;

/** Sends one request when it is its turn, and makes of everything that goes wrong a {@link RegistryException}. */
final class Exchange {
    private final ClientSettings settings;
    private final OriginRules rules;

    Exchange(ClientSettings settings, OriginRules rules) {
        this.settings = settings;
        this.rules = rules;
    }

    /**
     * {@return the response, whose body fails with a {@link RegistryException} only}
     *
     * @param lane which of the places at the host it takes
     * @param secrets what the listener must not hear, even from the registry
     */
    Response send(Request request, Lane lane, Secrets secrets, Deadline deadline) throws RegistryException {
        deadline.check(); // looking up names takes time of its own
        OriginRules.Addresses addresses = rules.addresses(request.uri());
        FairGate gate = settings.state().gate();
        FairGate.Permit permit =
                lane == Lane.PLACED ? gate.free() : gate.enter(lane.at(OriginRules.host(request.uri())), deadline);
        boolean answered = false;
        try {
            Response response = Objects.requireNonNull(
                    settings.transport()
                            .send(request.withTimeout(deadline.remaining())
                                    .withCancellation(deadline.cancellation())
                                    .withAddresses(addresses)),
                    "the transport gave no response");
            addresses.answered();
            AnswerStream body = new AnswerStream(response.body(), request.uri(), permit, secrets, deadline);
            try {
                Notices.tell(settings.listener(), OriginRules.host(request.uri()), response, secrets);
                answered = true;
            } finally {
                if (!answered) {
                    body.close();
                }
            }
            return response.withBody(body);
        } catch (IOException e) {
            RegistryException failure = Failures.noAnswer(request.uri(), e, deadline);
            if (addresses.hasRefused() && failure.reason() == Reason.UNREACHABLE) {
                throw rules.mayNotLeadTo(request.uri());
            }
            throw secrets.hide(failure);
        } finally {
            if (!answered) {
                permit.close();
            }
        }
    }
}
