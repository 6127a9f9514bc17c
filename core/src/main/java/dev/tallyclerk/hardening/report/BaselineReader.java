package dev.tallyclerk.hardening.report;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.SubjectRef;
import dev.tallyclerk.hardening.audit.Baseline;
import dev.tallyclerk.hardening.audit.Disposition;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads a {@link Baseline} from a report that {@link JsonReporter} wrote.
 *
 * <p>It accepts the same findings as {@link Baseline#of}. It ignores findings with an outcome or disposition that only
 * a later version of the library knows. Immutable.
 */
public final class BaselineReader {
    private static final int USUAL_BYTES = 12 << 20;
    private static final int BYTES_PER_VALUE = 36;
    private static final int FEW_VALUES = 10_000;

    private final int maxBytes;

    private BaselineReader(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /**
     * {@return a reader of reports of at most 12 MiB}
     *
     * <p>Like every JSON document, a report may also have 64 levels, numbers of 64 characters, and one value per 36
     * bytes but at least 10,000.
     */
    public static BaselineReader create() {
        return new BaselineReader(USUAL_BYTES);
    }

    /**
     * {@return this reader with another limit}
     *
     * @param maxBytes the longest report, in bytes, at least 1; reading takes several times the memory
     * @throws IllegalArgumentException if the limit is below 1
     */
    public BaselineReader withMaxBytes(int maxBytes) {
        if (maxBytes < 1) {
            throw new IllegalArgumentException("a limit of " + maxBytes + " bytes is below 1");
        }
        return new BaselineReader(maxBytes);
    }

    /** {@return the longest report, in bytes} */
    public int maxBytes() {
        return maxBytes;
    }

    /**
     * {@return the findings of an earlier report}
     *
     * @param json the report
     * @throws BaselineException if it is not a report, or exceeds the limit
     */
    public Baseline read(byte[] json) throws BaselineException {
        try {
            JsonCursor root = JsonCursor.parse(json, limits());
            if (!root.required("schema").string().equals(JsonReporter.SCHEMA)) {
                throw root.required("schema").badValue("must be \"" + JsonReporter.SCHEMA + "\"");
            }
            root.required("schemaVersion").integer(JsonReporter.SCHEMA_VERSION, JsonReporter.SCHEMA_VERSION);
            List<String> fingerprints = new ArrayList<>();
            for (JsonCursor finding : root.required("findings").elements()) {
                String fingerprint = finding.required("fingerprint").string();
                if (isAcceptable(
                        finding.required("verdict").string(),
                        finding.required("disposition").string())) {
                    fingerprints.add(fingerprint);
                }
            }
            Optional<JsonCursor> subjects = root.optional("subjects");
            Baseline baseline = Baseline.ofFingerprints(fingerprints);
            return subjects.isPresent() ? baseline.withSubjects(subjects(subjects.get())) : baseline;
        } catch (JsonException e) {
            throw new BaselineException(
                    e.reason() == JsonException.Reason.LIMIT
                            ? BaselineException.Reason.LIMIT_EXCEEDED
                            : BaselineException.Reason.NOT_A_REPORT,
                    e.getMessage());
        } catch (IllegalArgumentException e) {
            throw new BaselineException(BaselineException.Reason.NOT_A_REPORT, e.getMessage());
        }
    }

    private static List<SubjectRef> subjects(JsonCursor array) throws JsonException {
        List<SubjectRef> subjects = new ArrayList<>();
        for (JsonCursor each : array.elements()) {
            SubjectRef subject = SubjectRef.of(
                    each.required("kind").string(), each.required("name").string());
            Optional<JsonCursor> digest = each.optional("digest");
            subjects.add(
                    digest.isPresent()
                            ? subject.withDigest(Digest.parse(digest.get().string()))
                            : subject);
        }
        return subjects;
    }

    private JsonLimits limits() {
        return new JsonLimits(maxBytes, 64, maxBytes, 64, Math.max(FEW_VALUES, maxBytes / BYTES_PER_VALUE));
    }

    private static boolean isAcceptable(String kind, String disposition) {
        for (Outcome.Kind outcome : Outcome.Kind.values()) {
            for (Disposition covered : Disposition.values()) {
                if (outcome.name().equals(kind) && covered.name().equals(disposition)) {
                    return Baseline.isAcceptable(outcome, covered);
                }
            }
        }
        return false;
    }
}
