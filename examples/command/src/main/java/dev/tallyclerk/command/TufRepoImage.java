package dev.tallyclerk.command;

import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.image.ImageException;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.registry.verify.ContentCheck;
import dev.tallyclerk.registry.verify.ImageVerification;
import dev.tallyclerk.registry.verify.ImageVerifier;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Verifies an image before anybody vouches for it. */
final class TufRepoImage {
    private TufRepoImage() {}

    /**
     * {@return digest and size of the image's manifest or index; empty if the image is not what its digest promises, or
     * that could not be found out, which is reported}
     *
     * @param wanted the platforms to verify of an index; if there are none, all that it names
     */
    static Optional<ResolvedDigest> verified(Terminal terminal, ImageSource image, List<Platform> wanted)
            throws IOException {
        try {
            ResolvedDigest resolved = image.resolve();
            Manifest root = image.manifest(resolved, DocumentLimits.defaults())
                    .orElseThrow(() -> new IOException(image.name() + " does not have " + resolved.digest()));
            Set<Platform> platforms = new LinkedHashSet<>(wanted);
            if (wanted.isEmpty() && root instanceof ImageIndex index) {
                index.manifests().stream()
                        .map(Descriptor::platform)
                        .forEach(each -> each.filter(TufRepoImage::isKnown).ifPresent(platforms::add));
            }
            boolean holds = true;
            if (platforms.isEmpty()) {
                holds = holds(terminal, ImageVerifier.create().verify(image));
            }
            for (Platform platform : platforms) {
                holds &= holds(
                        terminal, ImageVerifier.create().withPlatform(platform).verify(image));
            }
            return holds ? Optional.of(ResolvedDigest.of(root.digest(), root.size(), image.name())) : Optional.empty();
        } catch (VerificationException e) {
            return refused(terminal, image, e.reason(), e);
        } catch (MalformedDocumentException e) {
            return refused(terminal, image, e.reason(), e);
        } catch (ImageException e) {
            return refused(terminal, image, e.reason(), e);
        }
    }

    /** Attestations of builders are listed for an unknown platform. */
    private static boolean isKnown(Platform platform) {
        return !platform.os().equals("unknown");
    }

    private static boolean holds(Terminal terminal, ImageVerification verification) {
        for (ContentCheck problem : verification.problems()) {
            complain(terminal, verification.source() + ": " + problem.describe());
        }
        boolean holds = verification.verdict() == ImageVerification.Verdict.VERIFIED;
        if (!holds) {
            complain(terminal, verification.source() + " is not verified; nobody should vouch for it");
        }
        return holds;
    }

    private static Optional<ResolvedDigest> refused(
            Terminal terminal, ImageSource image, Enum<?> reason, IOException e) {
        complain(terminal, image.name() + ": " + reason + ": " + Messages.of(e));
        return Optional.empty();
    }

    private static void complain(Terminal terminal, String what) {
        terminal.err().println("tallyclerk: " + Quoted.printable(what));
    }
}
