package dev.tallyclerk.command;

import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.audit.Decision;
import dev.tallyclerk.registry.admission.AdmissionResult;
import dev.tallyclerk.registry.audit.ImageSubject;
import dev.tallyclerk.registry.audit.files.FileSystemAnalyzer;
import dev.tallyclerk.registry.audit.files.FileSystemFacts;
import dev.tallyclerk.registry.inventory.InstalledPackage;
import dev.tallyclerk.registry.inventory.Inventory;
import dev.tallyclerk.registry.inventory.InventoryAnalyzer;
import dev.tallyclerk.registry.inventory.InventoryProblem;
import dev.tallyclerk.registry.verify.ContentCheck;
import dev.tallyclerk.registry.verify.ContentResult;
import dev.tallyclerk.registry.verify.ImageVerification;
import dev.tallyclerk.registry.verify.ImageVerifier;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The images of {@code tallyclerk audit}, which are verified as {@code verify} does. */
final class AuditedImages {
    private final FileSystemAnalyzer files;
    private final InventoryAnalyzer packages = InventoryAnalyzer.create();
    private final boolean listsPackages;
    private final List<Audited> images = new ArrayList<>();

    /** An image, or why it could not be read. */
    private record Audited(String source, Optional<AdmissionResult> result, Optional<IOException> failure) {
        Optional<ImageVerification> verification() {
            return result.flatMap(AdmissionResult::verification);
        }
    }

    /** Decides on an image. */
    @FunctionalInterface
    interface Check {
        AdmissionResult run() throws IOException;
    }

    /**
     * Creates an empty list.
     *
     * @param files looks at the files of the images
     * @param listsPackages whether {@link #writeLines} is wanted, which lists the packages
     */
    AuditedImages(FileSystemAnalyzer files, boolean listsPackages) {
        this.files = files;
        this.listsPackages = listsPackages;
    }

    /** {@return the verifier, which looks at what {@link #writeLines} needs} */
    ImageVerifier looking(ImageVerifier verifier) {
        return listsPackages ? verifier.withAnalyzer(packages) : verifier;
    }

    /** Decides on an image; one that cannot be read does not keep others from being audited. */
    void add(String source, Check check) {
        try {
            images.add(new Audited(source, Optional.of(check.run()), Optional.empty()));
        } catch (IOException e) {
            images.add(new Audited(source, Optional.empty(), Optional.of(e)));
        }
    }

    List<Subject> subjects() {
        List<Subject> subjects = new ArrayList<>();
        for (Audited image : images) {
            AdmissionResult result = image.result().orElse(null);
            if (result == null) {
                continue;
            }
            subjects.addAll(result.subjects());
            if (result.verification().isEmpty()) {
                // Nothing was read of an image that nobody vouches for.
                result.trust()
                        .ifPresent(trust -> subjects.add(
                                ImageSubject.builder(image.source()).build().withTrust(trust)));
            }
        }
        return subjects;
    }

    /**
     * {@return the exit status for a decision on all subjects and those on each image}
     *
     * @param decision the decision on all subjects
     * @param out where the reasons go that the report of the audit does not have
     */
    int exitCode(Decision decision, PrintStream out) {
        int worst = ExitCode.of(decision);
        for (Audited image : images) {
            Decision own = image.result().map(AdmissionResult::decision).orElse(decision);
            int code = ExitCode.of(own);
            boolean isWorse = worst == ExitCode.ACCEPTED || code == ExitCode.REJECTED;
            if (code != ExitCode.ACCEPTED && code != ExitCode.of(decision) && isWorse) {
                worst = code;
                own.because().forEach(reason -> out.println("tallyclerk: " + image.source() + ": " + reason));
            }
        }
        return worst;
    }

    /** Throws the first failure to read an image, with the others, if there was one. */
    void throwFailure() throws IOException {
        List<IOException> failures = images.stream()
                .flatMap(image -> image.failure().stream())
                .distinct()
                .toList();
        if (!failures.isEmpty()) {
            IOException first = failures.get(0);
            failures.stream().skip(1).forEach(first::addSuppressed);
            throw first;
        }
    }

    /**
     * Writes a line of JSON for each image, for each of its packages, and for each part of one that was not examined:
     *
     * <pre>{@code
     * {"kind": "package", "image": SOURCE, and the members of a PACKAGE of PackagesReport}
     * {"kind": "unknown", "image": SOURCE, "what": "files", "message": TEXT}
     * {"kind": "unknown", "image": SOURCE, "what": "inventory", and the members of a PROBLEM of PackagesReport}
     * {"kind": "done", "image": SOURCE}
     * {"kind": "error", "image": SOURCE, "code": ContentResult.Reason, "UNREADABLE" or
     *     "NOT_VOUCHED_FOR", "message": TEXT}
     * }</pre>
     */
    void writeLines(PrintStream out) throws IOException {
        JsonLines lines = new JsonLines(out);
        for (Audited image : images) {
            if (image.failure().isPresent()) {
                writeError(
                        image.source(),
                        "UNREADABLE",
                        Messages.of(image.failure().get()),
                        lines);
            }
            if (image.verification().isPresent()) {
                writeLines(image.source(), image.verification().get(), lines);
            } else if (image.result().isPresent()) {
                String reasons =
                        String.join("; ", image.result().get().decision().because());
                writeError(image.source(), "NOT_VOUCHED_FOR", reasons, lines);
            }
        }
    }

    private void writeLines(String image, ImageVerification verification, JsonLines lines) throws IOException {
        Optional<Inventory> inventory = verification.result(packages);
        if (inventory.isPresent()) {
            writePackages(image, inventory.get(), lines);
        }
        for (String part :
                verification.result(files).map(FileSystemFacts::unexamined).orElse(List.of())) {
            lines.line(line ->
                    begin(line, "unknown", image).member("what", "files").member("message", part));
        }
        Optional<ContentCheck> problem = verification.problems().stream().findFirst();
        if (problem.isEmpty()) {
            lines.line(line -> begin(line, "done", image));
        } else {
            String reason = problem.get()
                    .result()
                    .<ContentResult.Reason>fold(
                            verified -> ContentResult.Reason.NOT_READ,
                            ContentResult.Failed::reason,
                            ContentResult.Unverifiable::reason)
                    .name();
            writeError(image, reason, problem.get().describe(), lines);
        }
    }

    private static void writePackages(String image, Inventory inventory, JsonLines lines) throws IOException {
        for (InstalledPackage each : inventory.packages()) {
            lines.line(line -> PackagesReport.writeMembers(each, begin(line, "package", image)));
        }
        for (InventoryProblem problem : inventory.problems()) {
            lines.line(line -> PackagesReport.writeMembers(
                    problem, begin(line, "unknown", image).member("what", "inventory")));
        }
    }

    private static void writeError(String image, String code, String message, JsonLines lines) throws IOException {
        lines.line(line -> begin(line, "error", image).member("code", code).member("message", message));
    }

    private static JsonOutput begin(JsonOutput line, String kind, String image) throws IOException {
        return line.member("kind", kind).member("image", image);
    }
}
