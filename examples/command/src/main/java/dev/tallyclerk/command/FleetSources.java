package dev.tallyclerk.command;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.base.FleetImage;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.inventory.Distribution;
import dev.tallyclerk.registry.inventory.Inventory;
import dev.tallyclerk.registry.inventory.InventoryAnalyzer;
import dev.tallyclerk.registry.location.ImageLocation;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.registry.sbom.Sbom;
import dev.tallyclerk.registry.verify.ContentCheck;
import dev.tallyclerk.registry.verify.ContentResult;
import dev.tallyclerk.registry.verify.ImageVerification;
import dev.tallyclerk.registry.verify.ImageVerifier;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the images of a fleet. One that cannot be read does not keep others from being planned. */
final class FleetSources {
    private final ImageVerifier verifier;
    private final Opening opening;
    private final Map<String, Optional<Opened>> opened = new HashMap<>();
    private final Map<String, ImageLocation> locations = new HashMap<>();
    private final Map<String, Inventory> claims = new HashMap<>();
    private final Map<Digest, Optional<Distribution>> distributions = new HashMap<>();
    private final Map<String, Failure> failures = new LinkedHashMap<>();

    /** Opens the source of a location. */
    @FunctionalInterface
    interface Opening {
        ImageSource open(ImageLocation location) throws IOException;
    }

    /**
     * An image with verified documents.
     *
     * @param reference its name, if the source has one
     */
    record Opened(FleetImage image, Optional<Reference> reference) {}

    /**
     * Why an image could not be read.
     *
     * @param code the reason in one word
     */
    record Failure(String image, String code, String message, int exitCode) {}

    FleetSources(ImageVerifier verifier, Opening opening) {
        this.verifier = verifier;
        this.opening = opening;
    }

    /** {@return the image at a location, read once; empty if it cannot be used, which is noted then} */
    Optional<Opened> open(ImageLocation location) {
        String name = location.toString();
        Optional<Opened> known = opened.get(name);
        if (known == null) {
            known = read(location);
            opened.put(name, known);
            locations.put(name, location);
        }
        return known;
    }

    /**
     * {@return the image that a bill of materials is about; empty if it states neither layers nor a base, which is
     * noted}
     */
    Optional<FleetImage> openClaims(String name, Path file, Platform platform) {
        try {
            Sbom sbom = SbomSource.open(file);
            if (sbom.layers().isEmpty() && sbom.base().isEmpty()) {
                note(new Failure(
                        name,
                        "UNSUPPORTED",
                        "the bill of materials states neither the layers nor the base of its image, so its base is"
                                + " unknown",
                        ExitCode.INCOMPLETE));
                return Optional.empty();
            }
            claims.put(name, sbom.inventory());
            return Optional.of(FleetImage.ofClaims(name, sbom, platform));
        } catch (IOException e) {
            noteFailure(name, e);
            return Optional.empty();
        }
    }

    private Optional<Opened> read(ImageLocation location) {
        String name = location.toString();
        try (ImageSource source = opening.open(location)) {
            ImageVerification documents = verifier.withoutLayers().verify(source);
            if (documents.manifest().isPresent() && documents.config().isPresent()) {
                return Optional.of(new Opened(FleetImage.of(name, documents), source.reference()));
            }
            noteProblem(name, documents);
        } catch (IOException e) {
            noteFailure(name, e);
        }
        return Optional.empty();
    }

    private void noteFailure(String name, IOException e) {
        boolean isNetwork = FailureReport.network(e).isPresent();
        note(new Failure(name, "UNREADABLE", Messages.of(e), isNetwork ? ExitCode.NETWORK : ExitCode.ERROR));
    }

    private void noteProblem(String name, ImageVerification verification) {
        List<ContentCheck> problems = verification.problems().stream()
                .filter(check -> !isUnread(check))
                .toList();
        if (problems.isEmpty()) {
            note(new Failure(name, "UNSUPPORTED", "this is not a container image", ExitCode.INCOMPLETE));
            return;
        }
        ContentCheck first = problems.get(0);
        boolean failed = problems.stream().anyMatch(check -> check.result() instanceof ContentResult.Failed);
        String code = first.result()
                .<ContentResult.Reason>fold(
                        verified -> ContentResult.Reason.NOT_READ,
                        ContentResult.Failed::reason,
                        ContentResult.Unverifiable::reason)
                .name();
        note(new Failure(name, code, first.describe(), failed ? ExitCode.REJECTED : ExitCode.INCOMPLETE));
    }

    private static boolean isUnread(ContentCheck check) {
        return check.result() instanceof ContentResult.Unverifiable unknown
                && unknown.reason() == ContentResult.Reason.NOT_READ;
    }

    private void note(Failure failure) {
        failures.putIfAbsent(failure.image(), failure);
    }

    /**
     * Reads the layers of an image that was opened.
     *
     * @return its packages; empty if the layers are not what was promised, which is noted then
     */
    Optional<Inventory> readLayers(FleetImage image) {
        Optional<Inventory> inventory = readLayers(image.name());
        distributions.put(image.digest(), inventory.flatMap(Inventory::distribution));
        return inventory;
    }

    /** {@return the distribution of an image that was opened, whose layers are read unless they were} */
    Optional<Distribution> distribution(FleetImage image) {
        if (!distributions.containsKey(image.digest())) {
            readLayers(image);
        }
        return distributions.getOrDefault(image.digest(), Optional.empty());
    }

    private Optional<Inventory> readLayers(String name) {
        if (claims.containsKey(name)) {
            return Optional.ofNullable(claims.get(name));
        }
        ImageLocation location = locations.get(name);
        if (location == null) {
            return Optional.empty();
        }
        InventoryAnalyzer analyzer = InventoryAnalyzer.create();
        try (ImageSource source = opening.open(location)) {
            ImageVerification layers =
                    verifier.withAnalyzer(analyzer).verify(source).withoutFiles();
            if (layers.verdict() == ImageVerification.Verdict.VERIFIED) {
                return layers.result(analyzer);
            }
            noteProblem(name, layers);
        } catch (IOException e) {
            noteFailure(name, e);
        }
        return Optional.empty();
    }

    /** {@return why images, or their layers, could not be used, in the order in which they were read} */
    List<Failure> failures() {
        return new ArrayList<>(failures.values());
    }

    /** Writes the failures for people. */
    void complain(Terminal terminal) {
        for (Failure failure : failures.values()) {
            terminal.err().println("tallyclerk: " + Quoted.printable(failure.image() + ": " + failure.message()));
        }
    }
}
