package dev.tallyclerk.registry.client;

import dev.tallyclerk.registry.model.RegistryLimits;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * All that a client was told.
 *
 * @param transport what sends requests
 * @param credentials who asks
 * @param plainHttp whether registries are spoken to without TLS
 * @param documents limits on documents
 * @param limits limits on everything else
 * @param retries how often calls are repeated
 * @param origins where credentials may go
 * @param resolver what finds the addresses of hosts
 * @param listener who hears what registries say beside their answers
 * @param clock tells when tokens expire and how long to wait for a date
 * @param timeout a time for every call that is shorter than the limits, or nothing
 * @param cancellation what ends calls early
 * @param waits the time that passes
 * @param state what calls have found out, shared by all clients with the same credentials and limits
 * @param uploads how blobs are sent
 * @param reading where else than at its registry content may be had
 */
record ClientSettings(
        Transport transport,
        CredentialProvider credentials,
        boolean plainHttp,
        RegistryLimits documents,
        ClientLimits limits,
        RetryPolicy retries,
        OriginPolicy origins,
        NameResolver resolver,
        RegistryListener listener,
        Clock clock,
        @Nullable Duration timeout,
        Cancellation cancellation,
        Waits waits,
        ClientState state,
        UploadPolicy uploads,
        ReadingPolicy reading) {

    static ClientSettings of(Transport transport) {
        return new ClientSettings(
                transport,
                CredentialProvider.of(Credentials.anonymous()),
                false,
                RegistryLimits.defaults(),
                ClientLimits.defaults(),
                RetryPolicy.defaults(),
                OriginPolicy.strict(),
                NameResolver.runtime(),
                RegistryListener.silent(),
                Clock.systemUTC(),
                null,
                Cancellation.never(),
                Waits.real(),
                ClientState.of(ClientLimits.defaults()),
                UploadPolicy.defaults(),
                ReadingPolicy.defaults());
    }

    ClientSettings withCredentials(CredentialProvider other) {
        return new ClientSettings(
                transport,
                other,
                plainHttp,
                documents,
                limits,
                retries,
                origins,
                resolver,
                listener,
                clock,
                timeout,
                cancellation,
                waits,
                ClientState.of(limits),
                uploads,
                reading);
    }

    ClientSettings withPlainHttp(boolean plain) {
        return new ClientSettings(
                transport,
                credentials,
                plain,
                documents,
                limits,
                retries,
                origins,
                resolver,
                listener,
                clock,
                timeout,
                cancellation,
                waits,
                state,
                uploads,
                reading);
    }

    ClientSettings withDocuments(RegistryLimits other) {
        return new ClientSettings(
                transport,
                credentials,
                plainHttp,
                other,
                limits,
                retries,
                origins,
                resolver,
                listener,
                clock,
                timeout,
                cancellation,
                waits,
                state,
                uploads,
                reading);
    }

    ClientSettings withLimits(ClientLimits other) {
        return new ClientSettings(
                transport,
                credentials,
                plainHttp,
                documents,
                other,
                retries,
                origins,
                resolver,
                listener,
                clock,
                timeout,
                cancellation,
                waits,
                ClientState.of(other),
                uploads,
                reading);
    }

    ClientSettings withRetries(RetryPolicy other) {
        return new ClientSettings(
                transport,
                credentials,
                plainHttp,
                documents,
                limits,
                other,
                origins,
                resolver,
                listener,
                clock,
                timeout,
                cancellation,
                waits,
                state,
                uploads,
                reading);
    }

    ClientSettings withOrigins(OriginPolicy other) {
        return new ClientSettings(
                transport,
                credentials,
                plainHttp,
                documents,
                limits,
                retries,
                other,
                resolver,
                listener,
                clock,
                timeout,
                cancellation,
                waits,
                state,
                uploads,
                reading);
    }

    ClientSettings withResolver(NameResolver other) {
        return new ClientSettings(
                transport,
                credentials,
                plainHttp,
                documents,
                limits,
                retries,
                origins,
                other,
                listener,
                clock,
                timeout,
                cancellation,
                waits,
                state,
                uploads,
                reading);
    }

    ClientSettings withListener(RegistryListener other) {
        return new ClientSettings(
                transport,
                credentials,
                plainHttp,
                documents,
                limits,
                retries,
                origins,
                resolver,
                other,
                clock,
                timeout,
                cancellation,
                waits,
                state,
                uploads,
                reading);
    }

    ClientSettings withClock(Clock other) {
        return new ClientSettings(
                transport,
                credentials,
                plainHttp,
                documents,
                limits,
                retries,
                origins,
                resolver,
                listener,
                other,
                timeout,
                cancellation,
                waits,
                state,
                uploads,
                reading);
    }

    ClientSettings withTimeout(Duration other) {
        return new ClientSettings(
                transport,
                credentials,
                plainHttp,
                documents,
                limits,
                retries,
                origins,
                resolver,
                listener,
                clock,
                other,
                cancellation,
                waits,
                state,
                uploads,
                reading);
    }

    ClientSettings withCancellation(Cancellation other) {
        return new ClientSettings(
                transport,
                credentials,
                plainHttp,
                documents,
                limits,
                retries,
                origins,
                resolver,
                listener,
                clock,
                timeout,
                other,
                waits,
                state,
                uploads,
                reading);
    }

    ClientSettings withWaits(Waits other) {
        return new ClientSettings(
                transport,
                credentials,
                plainHttp,
                documents,
                limits,
                retries,
                origins,
                resolver,
                listener,
                clock,
                timeout,
                cancellation,
                other,
                state,
                uploads,
                reading);
    }

    ClientSettings withUploads(UploadPolicy other) {
        return new ClientSettings(
                transport,
                credentials,
                plainHttp,
                documents,
                limits,
                retries,
                origins,
                resolver,
                listener,
                clock,
                timeout,
                cancellation,
                waits,
                state,
                other,
                reading);
    }

    ClientSettings withReading(ReadingPolicy other) {
        return new ClientSettings(
                transport,
                credentials,
                plainHttp,
                documents,
                limits,
                retries,
                origins,
                resolver,
                listener,
                clock,
                timeout,
                cancellation,
                waits,
                state,
                uploads,
                other);
    }

    ClientSettings withState(ClientState other) {
        return new ClientSettings(
                transport,
                credentials,
                plainHttp,
                documents,
                limits,
                retries,
                origins,
                resolver,
                listener,
                clock,
                timeout,
                cancellation,
                waits,
                other,
                uploads,
                reading);
    }
}
