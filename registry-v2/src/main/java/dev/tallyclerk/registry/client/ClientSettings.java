package dev.tallyclerk.registry.client;

import dev.tallyclerk.http.Cancellation;
import dev.tallyclerk.http.NameResolver;
import dev.tallyclerk.http.OriginPolicy;
import dev.tallyclerk.http.RetryPolicy;
import dev.tallyclerk.http.Transport;
import dev.tallyclerk.registry.model.DocumentLimits;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All that a client was told. Immutable once it has been made: only {@link #with} changes one, which nobody has seen
 * yet.
 */
final class ClientSettings {
    private Transport transport;
    private CredentialProvider credentials = CredentialProvider.of(Credentials.anonymous());
    private boolean plainHttp = false;
    private DocumentLimits documents = DocumentLimits.defaults();
    private ClientLimits limits = ClientLimits.defaults();
    private RetryPolicy retries = RetryPolicy.defaults();
    private OriginPolicy origins = OriginPolicy.strict();
    private NameResolver resolver = NameResolver.runtime();
    private PublicRegistries publicRegistries = new PublicRegistries();
    private RegistryListener listener = RegistryListener.silent();
    private Clock clock = Clock.systemUTC();
    private @Nullable Duration timeout;
    private @Nullable Deadline deadline;
    private Cancellation cancellation = Cancellation.never();
    private Waits waits = Waits.real();
    private ClientState state = ClientState.of(limits);
    private UploadPolicy uploads = UploadPolicy.defaults();
    private ReadingPolicy reading = ReadingPolicy.defaults();

    private ClientSettings(Transport transport) {
        this.transport = transport;
    }

    private ClientSettings(ClientSettings from) {
        this.transport = from.transport;
        this.credentials = from.credentials;
        this.plainHttp = from.plainHttp;
        this.documents = from.documents;
        this.limits = from.limits;
        this.retries = from.retries;
        this.origins = from.origins;
        this.resolver = from.resolver;
        this.publicRegistries = from.publicRegistries;
        this.listener = from.listener;
        this.clock = from.clock;
        this.timeout = from.timeout;
        this.deadline = from.deadline;
        this.cancellation = from.cancellation;
        this.waits = from.waits;
        this.state = from.state;
        this.uploads = from.uploads;
        this.reading = from.reading;
    }

    static ClientSettings of(Transport transport) {
        return new ClientSettings(transport);
    }

    private ClientSettings with(Consumer<ClientSettings> change) {
        ClientSettings copy = new ClientSettings(this);
        change.accept(copy);
        return copy;
    }

    /** What calls have found out is not shared: the tokens are those of other credentials. */
    ClientSettings withCredentials(CredentialProvider other) {
        return with(copy -> {
            copy.credentials = other;
            copy.state = ClientState.of(copy.limits);
        });
    }

    /** Nobody asks, and what calls have found out is not shared but for the places at each host. */
    ClientSettings withoutCredentials() {
        return with(copy -> {
            copy.credentials = CredentialProvider.of(Credentials.anonymous());
            copy.state = copy.state.anonymous(copy.limits);
        });
    }

    /** Nobody asks, and what is found out is kept for all who are redirected somewhere. */
    ClientSettings asGuest() {
        return with(copy -> {
            copy.credentials = CredentialProvider.of(Credentials.anonymous());
            copy.state = copy.state.guests();
        });
    }

    ClientSettings withPlainHttp(boolean other) {
        return with(copy -> copy.plainHttp = other);
    }

    ClientSettings withDocuments(DocumentLimits other) {
        return with(copy -> copy.documents = other);
    }

    /** What calls have found out is not shared: what is kept has other limits. */
    ClientSettings withLimits(ClientLimits other) {
        return with(copy -> {
            copy.limits = other;
            copy.state = ClientState.of(copy.limits);
            copy.reading = copy.reading.withLimits(other);
        });
    }

    ClientSettings withRetries(RetryPolicy other) {
        return with(copy -> copy.retries = other);
    }

    ClientSettings withOrigins(OriginPolicy other) {
        return with(copy -> copy.origins = other);
    }

    /** What was found out by another resolver is not shared. */
    ClientSettings withNameResolver(NameResolver other) {
        return with(copy -> {
            copy.resolver = other;
            copy.publicRegistries = new PublicRegistries();
        });
    }

    ClientSettings withListener(RegistryListener other) {
        return with(copy -> copy.listener = other);
    }

    ClientSettings withClock(Clock other) {
        return with(copy -> copy.clock = other);
    }

    ClientSettings withTimeout(Duration other) {
        return with(copy -> copy.timeout = other);
    }

    ClientSettings withDeadline(@Nullable Deadline other) {
        return with(copy -> copy.deadline = other);
    }

    ClientSettings withCancellation(Cancellation other) {
        return with(copy -> copy.cancellation = other);
    }

    ClientSettings withWaits(Waits other) {
        return with(copy -> copy.waits = other);
    }

    ClientSettings withUploads(UploadPolicy other) {
        return with(copy -> copy.uploads = other);
    }

    ClientSettings withReading(ReadingPolicy other) {
        return with(copy -> copy.reading = other);
    }

    ClientSettings withState(ClientState other) {
        return with(copy -> copy.state = other);
    }

    /** {@return what sends requests} */
    Transport transport() {
        return transport;
    }

    /** {@return who asks} */
    CredentialProvider credentials() {
        return credentials;
    }

    /** {@return whether registries are spoken to without TLS} */
    boolean plainHttp() {
        return plainHttp;
    }

    /** {@return limits on documents} */
    DocumentLimits documents() {
        return documents;
    }

    /** {@return limits on everything else} */
    ClientLimits limits() {
        return limits;
    }

    /** {@return how often calls are repeated} */
    RetryPolicy retries() {
        return retries;
    }

    /** {@return where credentials may go} */
    OriginPolicy origins() {
        return origins;
    }

    /** {@return what finds the addresses of hosts} */
    NameResolver resolver() {
        return resolver;
    }

    /** {@return the registries that the resolver, or a connection, has shown to be public} */
    PublicRegistries publicRegistries() {
        return publicRegistries;
    }

    /** {@return who hears what registries say beside their answers} */
    RegistryListener listener() {
        return listener;
    }

    /** {@return tells when tokens expire and how long to wait for a date} */
    Clock clock() {
        return clock;
    }

    /** {@return a time for every call that is shorter than the limits, or nothing} */
    @Nullable Duration timeout() {
        return timeout;
    }

    /** {@return when a call ends at the latest that is part of a larger one, or nothing} */
    @Nullable Deadline deadline() {
        return deadline;
    }

    /** {@return what ends calls early} */
    Cancellation cancellation() {
        return cancellation;
    }

    /** {@return the time that passes} */
    Waits waits() {
        return waits;
    }

    /** {@return what calls have found out, shared by all clients with the same credentials and limits} */
    ClientState state() {
        return state;
    }

    /** {@return how blobs are sent} */
    UploadPolicy uploads() {
        return uploads;
    }

    /** {@return where else than at its registry content may be had} */
    ReadingPolicy reading() {
        return reading;
    }
}
