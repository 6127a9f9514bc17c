package dev.tallyclerk.examples.fleet;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.model.Platform;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The documents of one image, read once and unverified, so that it can be judged without its source.
 *
 * @param name the location of the image, by which it is sorted
 * @param origin where its layers are: a registry, a layout or an archive
 * @param isAttached whether it is no image but attached to one, such as a signature: nothing else is recorded then
 * @param reference the full name of the image, if its source has one
 * @param digest the digest that its name has, if it could be read
 * @param announced the platform that the source announces for it
 * @param documents indexes, manifests and configurations, by their promised digest
 * @param layers its layers, if the documents hold
 * @param signed whether a signature is attached
 * @param trust whether the right people have signed
 * @param failure why the documents could not be read; empty if they were
 */
public record ImageRecord(
        String name,
        String origin,
        boolean isAttached,
        Optional<Reference> reference,
        Optional<Digest> digest,
        Optional<Platform> announced,
        Map<Digest, Document> documents,
        List<LayerNeed> layers,
        Signed signed,
        TrustDecision trust,
        String failure) {
    /** Keeps copies. */
    public ImageRecord {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(origin, "origin");
        documents = Map.copyOf(documents);
        layers = List.copyOf(layers);
    }

    /** Whether a signature is attached to an image. Nobody has verified it. */
    public enum Signed {
        /** One is. */
        YES,
        /** None is. */
        NO,
        /** That could not be found out, or nothing can be attached to an image of this kind. */
        UNKNOWN
    }

    /**
     * A document as the source sent it.
     *
     * @param mediaType the type that the source announced, or an empty text
     * @param bytes the bytes, not changed
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Document(String mediaType, byte[] bytes) {}

    /** {@return an image that could not be read} */
    static ImageRecord unreadable(String name, String origin, String failure) {
        return empty(name, origin, false, failure);
    }

    /** {@return what is attached to an image and is none} */
    static ImageRecord attached(FleetImage image) {
        return empty(image.name(), image.origin(), true, "");
    }

    private static ImageRecord empty(String name, String origin, boolean isAttached, String failure) {
        return new ImageRecord(
                name,
                origin,
                isAttached,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                List.of(),
                Signed.UNKNOWN,
                TrustDecision.NOT_ASKED,
                failure);
    }

    /** {@return this with what was decided on its signatures} */
    ImageRecord withTrust(TrustDecision decision) {
        return new ImageRecord(
                name, origin, isAttached, reference, digest, announced, documents, layers, signed, decision, failure);
    }

    /** {@return the record of an image, which says so if the image cannot be read} */
    public static ImageRecord read(FleetImage image, Registries registries, Judge judge) {
        if (!image.failure().isEmpty()) {
            return unreadable(image.name(), image.origin(), image.failure());
        }
        try (Registries.Opened opened = registries.open(image)) {
            ImageSource source = opened.image();
            return image.isMarked()
                            && !Loadable.mightBe(source, judge.verifier().documentLimits())
                    ? attached(image)
                    : Recorder.record(image, source, judge);
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            // Whatever is wrong with one image, the others are audited.
            return unreadable(image.name(), image.origin(), Messages.of(e));
        }
    }

    /** {@return this as bytes, for {@link #of}} */
    public byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            Texts.write(name, out);
            Texts.write(origin, out);
            out.writeBoolean(isAttached);
            Texts.write(reference.map(Reference::toString).orElse(""), out);
            Texts.write(digest.map(Digest::toString).orElse(""), out);
            Texts.write(announced.map(Platform::os).orElse(""), out);
            Texts.write(announced.map(Platform::architecture).orElse(""), out);
            Texts.write(announced.flatMap(Platform::variant).orElse(""), out);
            Texts.write(announced.flatMap(Platform::osVersion).orElse(""), out);
            Texts.write(announced.map(Platform::osFeatures).orElse(List.of()), out);
            out.writeInt(documents.size());
            for (Map.Entry<Digest, Document> document : documents.entrySet()) {
                Texts.write(document.getKey().toString(), out);
                Texts.write(document.getValue().mediaType(), out);
                out.writeInt(document.getValue().bytes().length);
                out.write(document.getValue().bytes());
            }
            out.writeInt(layers.size());
            for (LayerNeed layer : layers) {
                layer.writeTo(out);
            }
            Texts.write(signed.name(), out);
            trust.writeTo(out);
            Texts.write(failure, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * {@return the record that was written}
     *
     * @throws IOException if the bytes are no record
     */
    public static ImageRecord of(byte[] bytes) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            String name = Texts.read(in);
            String origin = Texts.read(in);
            boolean isAttached = in.readBoolean();
            Optional<Reference> reference =
                    Optional.of(Texts.read(in)).filter(text -> !text.isEmpty()).map(Reference::parse);
            Optional<Digest> digest =
                    Optional.of(Texts.read(in)).filter(text -> !text.isEmpty()).map(Digest::parse);
            Optional<Platform> announced = platform(in);
            Map<Digest, Document> documents = new LinkedHashMap<>();
            for (int left = in.readInt(); left > 0; left--) {
                Digest of = Digest.parse(Texts.read(in));
                String type = Texts.read(in);
                byte[] content = new byte[in.readInt()];
                in.readFully(content);
                documents.put(of, new Document(type, content));
            }
            List<LayerNeed> layers = new ArrayList<>();
            for (int left = in.readInt(); left > 0; left--) {
                layers.add(LayerNeed.readFrom(in));
            }
            return new ImageRecord(
                    name,
                    origin,
                    isAttached,
                    reference,
                    digest,
                    announced,
                    documents,
                    layers,
                    Signed.valueOf(Texts.read(in)),
                    TrustDecision.readFrom(in),
                    Texts.read(in));
        }
    }

    private static Optional<Platform> platform(DataInputStream in) throws IOException {
        String os = Texts.read(in);
        String architecture = Texts.read(in);
        String variant = Texts.read(in);
        String version = Texts.read(in);
        List<String> features = Texts.readList(in);
        return os.isEmpty() && architecture.isEmpty()
                ? Optional.empty()
                : Optional.of(Platform.of(os, architecture, variant)
                        .withOsVersion(version)
                        .withOsFeatures(features));
    }
}
