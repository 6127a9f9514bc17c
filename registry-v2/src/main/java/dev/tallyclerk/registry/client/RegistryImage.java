package dev.tallyclerk.registry.client;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.digest.MalformedDigestException;
import dev.tallyclerk.internal.text.Quoted;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.client.RegistryException.Reason;
import dev.tallyclerk.registry.client.Transport.Response;
import dev.tallyclerk.registry.layout.FetchedManifest;
import dev.tallyclerk.registry.layout.ImageSource;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.registry.model.RegistryLimits;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An image in a registry. Used by one thread at a time for manifests; blobs may be read by several. */
final class RegistryImage implements ImageSource {
    private final Reference reference;
    private final RegistrySession session;
    private final RegistryLimits limits;
    private final String path;

    /** What the tag gave, kept so that manifest and digest are of one answer. */
    private @Nullable Tagged tagged;

    private record Tagged(Digest digest, FetchedManifest manifest) {}

    RegistryImage(Reference reference, RegistrySession session) {
        this.reference = reference;
        this.session = session;
        this.limits = session.settings().documents();
        this.path = reference.path();
    }

    @Override
    public String name() {
        return reference.toString();
    }

    @Override
    public Optional<Reference> reference() {
        return Optional.of(reference);
    }

    @Override
    public ResolvedDigest resolve() throws IOException {
        if (reference.digest().isPresent()) {
            return ResolvedDigest.of(reference.digest().get(), "the reference itself");
        }
        Tagged answer = tagged;
        if (answer == null) {
            answer = fetchTag(reference.tag().orElseThrow());
            tagged = answer;
        }
        return ResolvedDigest.of(answer.digest(), "the registry " + session.host());
    }

    private Optional<Response> get(String below, List<String> accept) throws IOException {
        Call call = Call.reading("GET", session.base().resolve(path + "/" + below), Scope.pull(path));
        for (String type : accept) {
            call = call.with("Accept", type);
        }
        Answer answer = session.execute(call.accepting(200, 404));
        if (answer.status() == 404) {
            answer.close();
            return Optional.empty();
        }
        return Optional.of(answer.response());
    }

    private Tagged fetchTag(String tag) throws IOException {
        Response response = get("manifests/" + tag, MediaType.readableManifests())
                .orElseThrow(() -> new RegistryException(
                        Reason.NOT_FOUND, 404, session.host() + " has no " + reference.path() + ":" + tag));
        try (response) {
            FetchedManifest manifest = read(response, limits.maxManifestBytes());
            byte[] bytes = manifest.bytes();
            if (bytes.length > limits.maxManifestBytes()) {
                throw new RegistryException(
                        Reason.PROTOCOL,
                        response.status(),
                        session.host() + " sends a manifest of more than " + limits.maxManifestBytes() + " bytes");
            }
            refuseLie(response, manifest);
            return new Tagged(digest(manifest, DigestAlgorithm.SHA256), manifest);
        }
    }

    /** {@return the digest by which the registry knows the manifest: that of its bytes, or of what is signed of it} */
    private Digest digest(FetchedManifest manifest, DigestAlgorithm algorithm) {
        if (MediaType.isSchema1(manifest.mediaType())) {
            try {
                return Manifest.parse(manifest.bytes(), manifest.mediaType(), limits)
                        .digest(algorithm);
            } catch (MalformedDocumentException e) {
                // Falls through: whoever verifies the manifest finds out what is wrong with these bytes.
            }
        }
        return Digest.of(algorithm, manifest.bytes());
    }

    /** The header is worth nothing as a promise; but a registry whose header contradicts its body is not to be used. */
    private void refuseLie(Response response, FetchedManifest manifest) throws RegistryException {
        Optional<String> header = response.header("Docker-Content-Digest");
        if (header.isEmpty()) {
            return;
        }
        try {
            Digest claimed = Digest.parse(header.get());
            if (claimed.algorithm().isSupported()
                    && !digest(manifest, claimed.algorithm()).equals(claimed)) {
                throw new RegistryException(
                        Reason.PROTOCOL,
                        response.status(),
                        session.host() + " says its manifest is " + claimed + ", and sends another");
            }
        } catch (MalformedDigestException e) {
            throw new RegistryException(
                    Reason.PROTOCOL, session.host() + " sends a digest that is none: " + Quoted.quote(header.get()), e);
        }
    }

    @Override
    public Optional<FetchedManifest> unverifiedManifest(Digest digest, int maxBytes) throws IOException {
        Tagged known = tagged;
        if (known != null && known.digest().equals(digest)) {
            return Optional.of(known.manifest());
        }
        Optional<Response> response = get("manifests/" + digest, MediaType.readableManifests());
        if (response.isEmpty()) {
            return Optional.empty();
        }
        try (Response found = response.get()) {
            return Optional.of(read(found, maxBytes));
        }
    }

    private static FetchedManifest read(Response response, int maxBytes) throws IOException {
        byte[] bytes = response.body().readNBytes(Math.addExact(maxBytes, 1));
        String contentType = response.header("Content-Type").orElse("");
        return FetchedManifest.of(bytes, MediaType.ofContentType(contentType));
    }

    @Override
    public Optional<InputStream> unverifiedBlob(Descriptor descriptor) throws IOException {
        return get("blobs/" + descriptor.digest(), List.of()).map(ResponseStream::new);
    }

    @Override
    public void close() {
        // Nothing is held open between requests.
    }

    /** A body that gives its connection back when it is closed. */
    private static final class ResponseStream extends FilterInputStream {
        private final Response response;

        ResponseStream(Response response) {
            super(response.body());
            this.response = response;
        }

        @Override
        public void close() throws IOException {
            response.close();
        }
    }
}
