package dev.tallyclerk.registry.client;

import dev.tallyclerk.http.HttpSettings;
import dev.tallyclerk.internal.call.CallSettings;
import dev.tallyclerk.internal.call.Failures;
import dev.tallyclerk.registry.auth.CredentialProvider;
import dev.tallyclerk.registry.auth.Credentials;
import dev.tallyclerk.registry.model.DocumentLimits;
import java.util.function.UnaryOperator;

/**
 * The settings of a client, and what its calls share. Immutable.
 *
 * @param calls how calls go out
 * @param credentials the credentials for each registry
 * @param documents limits on manifests and configurations
 * @param limits limits on everything else that registries send
 * @param listener what observes the calls
 * @param state what calls have found out, shared by all clients with the same credentials and limits
 * @param uploads how blobs are sent
 * @param reading the other endpoints of registries
 */
record ClientSettings(
        CallSettings calls,
        CredentialProvider credentials,
        DocumentLimits documents,
        RegistryLimits limits,
        RegistryListener listener,
        ClientState state,
        UploadPolicy uploads,
        ReadingPolicy reading) {

    static ClientSettings of(HttpSettings http) {
        RegistryLimits limits = RegistryLimits.defaults();
        return new ClientSettings(
                CallSettings.of(http, new Failures(RegistryException::new)),
                CredentialProvider.of(Credentials.anonymous()),
                DocumentLimits.defaults(),
                limits,
                RegistryListener.silent(),
                ClientState.of(limits),
                UploadPolicy.defaults(),
                ReadingPolicy.defaults());
    }

    HttpSettings http() {
        return calls.http();
    }

    ClientSettings withCalls(CallSettings calls) {
        return new ClientSettings(calls, credentials, documents, limits, listener, state, uploads, reading);
    }

    ClientSettings withHttp(UnaryOperator<HttpSettings> change) {
        return withCalls(calls.withHttp(change.apply(http())));
    }

    /** The state is not shared: its tokens are those of other credentials. */
    ClientSettings withCredentials(CredentialProvider credentials) {
        return new ClientSettings(
                calls, credentials, documents, limits, listener, ClientState.of(limits), uploads, reading);
    }

    ClientSettings withDocuments(DocumentLimits documents) {
        return new ClientSettings(calls, credentials, documents, limits, listener, state, uploads, reading);
    }

    /** The state is not shared: it has other limits. */
    ClientSettings withLimits(RegistryLimits limits) {
        return new ClientSettings(
                calls,
                credentials,
                documents,
                limits,
                listener,
                ClientState.of(limits),
                uploads,
                reading.withLimits(limits));
    }

    ClientSettings withListener(RegistryListener listener) {
        CallSettings observed = calls.withHttp(http().withListener(listener));
        return new ClientSettings(observed, credentials, documents, limits, listener, state, uploads, reading);
    }

    ClientSettings withUploads(UploadPolicy uploads) {
        return new ClientSettings(calls, credentials, documents, limits, listener, state, uploads, reading);
    }

    ClientSettings withReading(ReadingPolicy reading) {
        return new ClientSettings(calls, credentials, documents, limits, listener, state, uploads, reading);
    }

    ClientSettings withState(ClientState state) {
        return new ClientSettings(calls, credentials, documents, limits, listener, state, uploads, reading);
    }
}
