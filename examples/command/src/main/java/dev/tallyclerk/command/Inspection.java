package dev.tallyclerk.command;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.location.ImageLocation;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.ImageConfig;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.registry.model.PlatformMatcher;
import dev.tallyclerk.registry.model.Schema1Manifest;
import dev.tallyclerk.registry.model.Schema1Verification;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The documents of an image. Each was compared with its digest before it was parsed.
 *
 * @param source the name of the source
 * @param resolved the digest of its name, and the voucher
 * @param indexes the indexes that were followed; without a platform, the index itself
 * @param manifest the manifest; null for an index without a platform
 * @param config the configuration; null unless the manifest is that of an image
 */
record Inspection(
        String source,
        ResolvedDigest resolved,
        List<Document> indexes,
        @Nullable Document manifest,
        @Nullable ImageConfig config) {
    private static final DocumentLimits LIMITS = DocumentLimits.defaults();

    Inspection {
        indexes = List.copyOf(indexes);
    }

    /**
     * A document that matches its digest.
     *
     * @param digest the digest that refers to it, which can differ from {@link Manifest#digest()}
     * @param content the document
     */
    record Document(Digest digest, Manifest content) {}

    /** Thrown if an image is refused for another reason than a digest or a malformed document. */
    static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1L;

        RefusedException(String message) {
            super(message);
        }
    }

    /** Shows documents. */
    @FunctionalInterface
    interface Work {
        void on(Inspection documents) throws IOException;
    }

    /**
     * Reads the documents of SOURCE and shows them, or reports why the image is refused; returns the exit status.
     *
     * @param platform OS/ARCH[/VARIANT] to select in an index; null to read the index only
     */
    static int run(
            Terminal terminal,
            CommandSpec spec,
            RegistryAccess registry,
            String source,
            @Nullable String platform,
            Work work)
            throws IOException {
        ImageLocation from = SourceText.parse(spec, terminal, source);
        Platform chosen = platform == null ? null : Usage.parsed(spec, () -> Platform.parse(platform));
        RegistryAccess.Clients clients = registry.clients(terminal);
        try (ImageSource image = Usage.parsed(spec, () -> from.open(clients::of, terminal.temporaryFolder()))) {
            Inspection inspection = of(image, chosen);
            work.on(inspection);
            terminal.out().flush();
            return inspection.exitCode();
        } catch (VerificationException e) {
            boolean unknown = e.reason() == VerificationException.Reason.UNSUPPORTED_ALGORITHM;
            return refused(terminal, source, e.reason() + ": " + Messages.of(e), unknown);
        } catch (MalformedDocumentException e) {
            boolean unknown = e.reason() == MalformedDocumentException.Reason.UNSUPPORTED;
            return refused(terminal, source, e.reason() + ": " + Messages.of(e), unknown);
        } catch (RefusedException e) {
            return refused(terminal, source, Messages.of(e), false);
        }
    }

    private static int refused(Terminal terminal, String source, String because, boolean undecided) {
        terminal.err().println("tallyclerk: " + Quoted.printable(source) + " cannot be shown: " + because);
        return undecided ? ExitCode.INCOMPLETE : ExitCode.REJECTED;
    }

    /**
     * Reads the documents.
     *
     * @param platform the platform to select in an index; null to read the index only
     */
    static Inspection of(ImageSource image, @Nullable Platform platform) throws IOException {
        ResolvedDigest resolved = image.resolve();
        List<Document> indexes = new ArrayList<>();
        Platform announced = platform == null
                ? null
                : image.announcedPlatform(resolved.digest()).orElse(null);
        Document document = document(resolved.digest(), image.manifest(resolved, LIMITS));
        while (document.content() instanceof ImageIndex index) {
            indexes.add(document);
            if (platform == null) {
                return new Inspection(image.name(), resolved, indexes, null, null);
            }
            if (indexes.size() > ImageIndex.MAX_OUTER_INDEXES + 1) {
                throw new RefusedException("LIMIT_EXCEEDED: the image has an index within more than "
                        + ImageIndex.MAX_OUTER_INDEXES + " others");
            }
            Descriptor next = index.manifestFor(platform)
                    .orElseThrow(
                            () -> new RefusedException("NO_SUCH_PLATFORM: the index has no image for " + platform));
            // The platform of an outer index's entry also holds for inner entries that have none.
            announced = next.platform().orElse(announced);
            document = document(next.digest(), image.manifest(next, LIMITS));
        }
        ImageConfig config = document.content() instanceof ImageManifest manifest && manifest.isImage()
                ? config(image, manifest)
                : null;
        if (platform != null
                && config != null
                && !PlatformMatcher.strict(platform).matches(withVariant(config.platform(), announced))) {
            throw new RefusedException(
                    "WRONG_PLATFORM: the image is for " + config.platform() + ", not for " + platform);
        }
        return new Inspection(image.name(), resolved, indexes, document, config);
    }

    private static Platform withVariant(Platform configured, @Nullable Platform announced) {
        return announced == null ? configured : configured.withVariantOf(announced);
    }

    private static Document document(Digest digest, Optional<Manifest> found) throws RefusedException {
        return new Document(digest, found.orElseThrow(() -> new RefusedException("MISSING: no manifest " + digest)));
    }

    private static ImageConfig config(ImageSource image, ImageManifest manifest) throws IOException {
        Descriptor descriptor = manifest.config();
        if (descriptor.size() > LIMITS.maxConfigBytes()) {
            throw new RefusedException(
                    "LIMIT_EXCEEDED: the configuration is larger than " + LIMITS.maxConfigBytes() + " bytes");
        }
        try (InputStream in = image.blob(descriptor)
                .orElseThrow(() -> new RefusedException("MISSING: no configuration " + descriptor.digest()))) {
            return ImageConfig.parse(in.readAllBytes(), descriptor.mediaType(), LIMITS);
        }
    }

    /** {@return the manifest, or the index if no platform was selected} */
    Manifest shown() {
        return last().content();
    }

    /** {@return the digest of what is shown} */
    Digest digest() {
        return last().digest();
    }

    private Document last() {
        return manifest == null ? indexes.get(indexes.size() - 1) : manifest;
    }

    int exitCode() {
        boolean invalid = shown() instanceof Schema1Manifest schema1
                && schema1.verifySignatures() instanceof Schema1Verification.Invalid;
        return invalid ? ExitCode.REJECTED : ExitCode.ACCEPTED;
    }
}
