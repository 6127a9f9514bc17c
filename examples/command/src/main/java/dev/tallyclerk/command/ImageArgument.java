package dev.tallyclerk.command;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.analysis.ImageAnalyzer;
import dev.tallyclerk.registry.filesystem.ImageFileSystemException;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.layer.LayerException;
import dev.tallyclerk.registry.layer.LayerLimits;
import dev.tallyclerk.registry.location.ImageLocation;
import dev.tallyclerk.registry.model.ImageConfig;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.verify.ContentCheck;
import dev.tallyclerk.registry.verify.ContentResult;
import dev.tallyclerk.registry.verify.ImageVerification;
import dev.tallyclerk.registry.verify.ImageVerifier;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The image argument of a command that reads layers. Its documents are verified first, its layers while they are read.
 */
final class ImageArgument {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private SourceArgument argument;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private PlatformOption platform;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private LayerOptions layers;

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description = "Policy whose limits on layers apply, in JSON, or in YAML if the name ends in .yaml or .yml.")
    private @Nullable Path policyFile;

    /** {@return the limits on layers that the caller wants} */
    LayerLimits layerLimits() throws IOException {
        return layers.limits(policy());
    }

    /** {@return the policy that the caller wants} */
    Policy policy() throws IOException {
        return policyFile == null ? Policy.defaults() : PolicyOptions.read(policyFile);
    }

    /**
     * An image with verified documents.
     *
     * @param source the source of its layers
     * @param verification the verification of its documents
     */
    record Opened(ImageSource source, ImageVerification verification, ImageManifest manifest, ImageConfig config) {
        /** {@return the digest of the manifest} */
        Digest digest() {
            return verification.manifestDigest().orElseThrow();
        }
    }

    /** The work of a command on an image. */
    @FunctionalInterface
    interface Work {
        int on(Opened image) throws IOException;
    }

    /** {@return the argument} */
    String source() {
        return argument.text();
    }

    /** Does the work, or reports why the image is refused, and returns the exit status. */
    int run(Terminal terminal, RegistryAccess registry, Work work) throws IOException {
        return run(terminal, registry, source(), work);
    }

    /** Does the same with another image, with the options for this one. */
    int run(Terminal terminal, RegistryAccess registry, String source, Work work) throws IOException {
        return run(terminal, registry.clients(terminal), source, work);
    }

    /** Does the same with clients that the caller goes on to use. */
    int run(Terminal terminal, RegistryAccess.Clients clients, String source, Work work) throws IOException {
        ImageLocation from = SourceText.parse(spec, terminal, source);
        ImageVerifier verifier = platform.applied(ImageVerifier.create());
        try (ImageSource image = opened(terminal, from, clients)) {
            return run(terminal, image, verifier.withoutLayers().verify(image), work);
        }
    }

    private static int run(Terminal terminal, ImageSource image, ImageVerification documents, Work work)
            throws IOException {
        Optional<ImageManifest> manifest = documents.manifest();
        Optional<ImageConfig> config = documents.config();
        if (manifest.isEmpty() || config.isEmpty()) {
            return undocumented(terminal, image, documents);
        }
        if (documents.others().stream().anyMatch(ImageArgument::isUnread)) {
            int exitCode = undocumented(terminal, image, documents);
            complain(
                    terminal,
                    "some engines take that image from the index; for the other one, give @"
                            + String.join("", manifestDigests(List.of(documents))) + " in SOURCE");
            return exitCode;
        }
        noteOthers(terminal, documents);
        try {
            return work.on(new Opened(image, documents, manifest.get(), config.get()));
        } catch (RefusedLayersException e) {
            e.problems.forEach(check -> complain(terminal, image.name() + ": " + check.describe()));
            return e.exitCode;
        } catch (VerificationException e) {
            boolean unknown = e.reason() == VerificationException.Reason.UNSUPPORTED_ALGORITHM;
            return refused(terminal, image, e.reason(), e, unknown ? ExitCode.INCOMPLETE : ExitCode.REJECTED);
        } catch (LayerException e) {
            boolean unknown = e.reason() == LayerException.Reason.UNSUPPORTED
                    || e.reason() == LayerException.Reason.UNSUPPORTED_ENTRY;
            return refused(terminal, image, e.reason(), e, unknown ? ExitCode.INCOMPLETE : ExitCode.REJECTED);
        } catch (ImageFileSystemException e) {
            return refused(terminal, image, e.reason(), e, exitCode(e.reason()));
        }
    }

    private static boolean isUnread(ImageVerification other) {
        return other.problems().stream().anyMatch(check -> check.kind() != ContentCheck.Kind.LAYER);
    }

    /** Engines may run another image of the index than the one whose files the command shows. */
    private static void noteOthers(Terminal terminal, ImageVerification documents) {
        List<String> others = manifestDigests(documents.others());
        if (!others.isEmpty()) {
            complain(
                    terminal,
                    documents.source() + ": the index has several images for one platform; this is "
                            + String.join("", manifestDigests(List.of(documents))) + ", and some engines take "
                            + String.join(" or ", others) + " instead; to choose one, give @DIGEST in SOURCE");
        }
    }

    private static List<String> manifestDigests(List<ImageVerification> images) {
        return images.stream()
                .flatMap(image -> image.manifestDigest().stream())
                .map(Digest::toString)
                .toList();
    }

    private static int undocumented(Terminal terminal, ImageSource image, ImageVerification documents) {
        List<ContentCheck> problems = documents.problems().stream()
                .filter(check -> check.kind() != ContentCheck.Kind.LAYER)
                .toList();
        if (problems.isEmpty()) {
            complain(terminal, image.name() + " is not a container image and has no file system");
            return ExitCode.INCOMPLETE;
        }
        problems.forEach(check -> complain(terminal, image.name() + ": " + check.describe()));
        boolean failed = problems.stream().anyMatch(check -> check.result() instanceof ContentResult.Failed);
        return failed ? ExitCode.REJECTED : ExitCode.INCOMPLETE;
    }

    /** {@return whether the failure is about the target folder and not about the image} */
    private static int exitCode(ImageFileSystemException.Reason reason) {
        return switch (reason) {
            case TARGET_NOT_EMPTY, TARGET_IS_MOUNT_POINT, TARGET_NOT_SAFE, NAME_NOT_POSSIBLE, NAMES_COLLIDE ->
                ExitCode.ERROR;
            case MISSING_LAYER,
                    OUTSIDE_ROOT,
                    ROOT_NOT_A_DIRECTORY,
                    THROUGH_SYMBOLIC_LINK,
                    PARENT_NOT_A_DIRECTORY,
                    LINK_TARGET_MISSING,
                    LINK_TARGET_A_DIRECTORY,
                    AMBIGUOUS_LINK,
                    AMBIGUOUS_WHITEOUT,
                    AMBIGUOUS_REPLACEMENT,
                    OVERLAY_MARK,
                    GLOBAL_HEADER_NAMES_FILE -> ExitCode.REJECTED;
            case LIMIT_EXCEEDED -> ExitCode.INCOMPLETE;
        };
    }

    /** Ends the work on an image with the exit status that {@code verify} has for its layers. */
    private static final class RefusedLayersException extends IOException {
        private static final long serialVersionUID = 1L;

        private final transient List<ContentCheck> problems;
        private final int exitCode;

        RefusedLayersException(ImageVerification layers) {
            problems = layers.problems();
            exitCode = layers.verdict() == ImageVerification.Verdict.FAILED ? ExitCode.REJECTED : ExitCode.INCOMPLETE;
        }
    }

    /**
     * Reads and verifies all layers of an image, and shows them to analyzers.
     *
     * @return the verification with the results
     * @throws IOException also if the layers are refused, which ends the {@link Work}
     */
    ImageVerification analyzed(Opened opened, ImageAnalyzer<?>... analyzers) throws IOException {
        ImageVerifier verifier = ImageVerifier.create().withLayerLimits(layerLimits());
        for (ImageAnalyzer<?> analyzer : analyzers) {
            verifier = verifier.withAnalyzer(analyzer);
        }
        Digest manifest = opened.verification().manifestDigest().orElseThrow();
        ImageVerification layers =
                verifier.verifyDigest(opened.source(), ResolvedDigest.of(manifest, "its verified documents"));
        if (layers.verdict() != ImageVerification.Verdict.VERIFIED) {
            throw new RefusedLayersException(layers);
        }
        return layers;
    }

    private static int refused(Terminal terminal, ImageSource image, Enum<?> reason, IOException e, int exitCode) {
        complain(terminal, image.name() + ": " + reason + ": " + Messages.of(e));
        return exitCode;
    }

    private static void complain(Terminal terminal, String what) {
        terminal.err().println("tallyclerk: " + Quoted.printable(what));
    }

    private ImageSource opened(Terminal terminal, ImageLocation from, RegistryAccess.Clients clients)
            throws IOException {
        return Usage.parsed(spec, () -> from.open(clients::of, terminal.temporaryFolder()));
    }
}
