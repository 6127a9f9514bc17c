package dev.tallyclerk.command;

import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.registry.audit.ImageSubject;
import dev.tallyclerk.registry.audit.files.FileSystemAnalyzer;
import dev.tallyclerk.registry.audit.files.FileSystemFacts;
import dev.tallyclerk.registry.audit.files.FileSystemSubject;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.location.ImageLocation;
import dev.tallyclerk.registry.verify.ContentCheck;
import dev.tallyclerk.registry.verify.ContentResult;
import dev.tallyclerk.registry.verify.ImageVerification;
import dev.tallyclerk.registry.verify.ImageVerifier;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The images of {@code tallyclerk audit}, which are verified as {@code verify} does. */
final class AuditedImages {
    private final FileSystemAnalyzer files = FileSystemAnalyzer.create();
    private final ImageVerifier verifier;
    private final List<Audited> images = new ArrayList<>();

    /** An image, or why it could not be read. */
    private record Audited(
            String source,
            @Nullable ImageVerification verification,
            @Nullable IOException failure) {}

    /** Opens the source of a location. */
    @FunctionalInterface
    interface Opening {
        ImageSource open(ImageLocation location) throws IOException;
    }

    AuditedImages(ImageVerifier verifier) {
        this.verifier = verifier.withAnalyzer(files);
    }

    /** Verifies an image; one that cannot be read does not keep others from being audited. */
    void add(ImageLocation location, Opening opening) {
        try (ImageSource source = opening.open(location)) {
            images.add(new Audited(location.toString(), verifier.verify(source), null));
        } catch (IOException e) {
            images.add(new Audited(location.toString(), null, e));
        }
    }

    List<Subject> subjects() {
        List<Subject> subjects = new ArrayList<>();
        for (Audited image : images) {
            if (image.verification() != null) {
                subjects.addAll(ImageSubject.allOf(image.verification()));
                subjects.addAll(FileSystemSubject.allOf(image.verification(), files));
            }
        }
        return subjects;
    }

    /** Throws the first failure to read an image, with the others, if there was one. */
    void throwFailure() throws IOException {
        IOException first = null;
        for (Audited image : images) {
            IOException failure = image.failure();
            if (failure != null && first == null) {
                first = failure;
            } else if (failure != null && first != failure) {
                first.addSuppressed(failure);
            }
        }
        if (first != null) {
            throw first;
        }
    }

    /**
     * Writes a line of JSON for each image, and for each part of one that was not examined:
     *
     * <pre>{@code
     * {"kind": "unknown", "image": SOURCE, "what": "files", "message": TEXT}
     * {"kind": "done", "image": SOURCE}
     * {"kind": "error", "image": SOURCE, "code": ContentResult.Reason or "UNREADABLE", "message": TEXT}
     * }</pre>
     */
    void writeLines(OutputStream out) throws IOException {
        for (Audited image : images) {
            ImageVerification verification = image.verification();
            if (verification == null) {
                line(out, "error", image.source(), "UNREADABLE", Messages.of(image.failure()));
                continue;
            }
            for (String part :
                    verification.result(files).map(FileSystemFacts::unexamined).orElse(List.of())) {
                line(out, "unknown", image.source(), "files", part);
            }
            Optional<ContentCheck> problem = verification.problems().stream().findFirst();
            if (problem.isEmpty()) {
                line(out, "done", image.source(), "", "");
            } else {
                String reason = problem.get()
                        .result()
                        .<ContentResult.Reason>fold(
                                verified -> ContentResult.Reason.NOT_READ,
                                ContentResult.Failed::reason,
                                ContentResult.Unverifiable::reason)
                        .name();
                line(out, "error", image.source(), reason, problem.get().describe());
            }
        }
    }

    private static void line(OutputStream out, String kind, String image, String code, String message)
            throws IOException {
        JsonOutput json =
                JsonOutput.compact(out).beginObject().member("kind", kind).member("image", image);
        if (!code.isEmpty()) {
            json.member(kind.equals("unknown") ? "what" : "code", code).member("message", message);
        }
        json.endObject().finish();
    }
}
