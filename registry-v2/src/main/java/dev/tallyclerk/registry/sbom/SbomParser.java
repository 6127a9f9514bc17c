package dev.tallyclerk.registry.sbom;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.MalformedDigestException;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.internal.json.JsonStream;
import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import dev.tallyclerk.registry.sbom.SbomException.Reason;
import dev.tallyclerk.text.Quoted;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Reads one document, or the part of one that has the bill of materials. Used once. */
final class SbomParser {
    /** How a member is read; others are skipped. */
    private enum Reading {
        /** As one value. */
        VALUE,
        /** The elements of an array, each as one value; JSON null is an empty array. */
        ELEMENTS,
        /** The members of an object; any other value is skipped. */
        MEMBERS
    }

    private static final String PAYLOAD = "payload";
    private static final int MAX_DEPTH = 64;
    private static final int MAX_NUMBER = 1024;
    private static final int MAX_SUBJECTS = 1000;
    private static final int BYTES_PER_VALUE = 200;
    private static final int FEW_VALUES = 10_000;
    private static final Map<String, Reading> READINGS = Map.ofEntries(
            // Wrappings: DSSE envelopes, Sigstore bundles, in-toto statements.
            Map.entry(PAYLOAD, Reading.VALUE),
            Map.entry("dsseEnvelope", Reading.MEMBERS),
            Map.entry("predicateType", Reading.VALUE),
            Map.entry("subject", Reading.ELEMENTS),
            Map.entry("predicate", Reading.MEMBERS),
            // CycloneDX.
            Map.entry("bomFormat", Reading.VALUE),
            Map.entry("specVersion", Reading.VALUE),
            Map.entry("serialNumber", Reading.VALUE),
            Map.entry("metadata", Reading.VALUE),
            Map.entry("components", Reading.ELEMENTS),
            // SPDX 2, and what tells SPDX 3 from it.
            Map.entry("spdxVersion", Reading.VALUE),
            Map.entry("name", Reading.VALUE),
            Map.entry("creationInfo", Reading.VALUE),
            Map.entry("documentNamespace", Reading.VALUE),
            Map.entry("documentDescribes", Reading.ELEMENTS),
            Map.entry("packages", Reading.ELEMENTS),
            Map.entry("relationships", Reading.ELEMENTS),
            Map.entry("@context", Reading.VALUE));

    private final SbomLimits limits;
    private final Claims claims;
    private final Map<String, String> texts = new TreeMap<>();
    private final Set<Digest> subjects = new LinkedHashSet<>();
    private final Set<String> described = new LinkedHashSet<>();
    private final StatedLayers layers = new StatedLayers();
    private final List<ClaimedBase> ancestors = new ArrayList<>();
    private final Map<String, String> labels = new TreeMap<>();

    /** The predicate of a statement, or the envelope of a bundle. */
    private @Nullable SbomParser inner;

    private SbomParser(Claims claims, SbomLimits limits) {
        this.limits = limits;
        this.claims = claims;
    }

    /** @param used the memory that other documents take already, in bytes */
    static Sbom read(byte[] document, SbomLimits limits, AtomicLong used) throws SbomException {
        if (document.length > limits.maxDocumentBytes()) {
            throw new SbomException(
                    Reason.LIMIT_EXCEEDED,
                    "the document has " + document.length + " bytes, " + limits.maxDocumentBytes() + " allowed");
        }
        SbomParser reader = walked(document, limits, used);
        SbomParser envelope = reader.inner != null && reader.inner.texts.containsKey(PAYLOAD) ? reader.inner : reader;
        String payload = envelope.texts.remove(PAYLOAD);
        return payload == null
                ? reader.sbom()
                : walked(decoded(payload), limits, used).sbom();
    }

    private static SbomParser walked(byte[] document, SbomLimits limits, AtomicLong used) throws SbomException {
        Claims claims = new Claims(Digest.sha256Of(document), limits.maxMemoryBytes(), used);
        SbomParser reader = new SbomParser(claims, limits);
        reader.walk(document);
        return reader;
    }

    private void walk(byte[] document) throws SbomException {
        byte[] text = withoutMark(document);
        refuseOtherFormats(text);
        int length = Math.max(1, text.length);
        int values = (int) Math.min(Integer.MAX_VALUE, FEW_VALUES + limits.maxMemoryBytes() / BYTES_PER_VALUE);
        try {
            JsonStream in = JsonStream.of(text, new JsonLimits(length, MAX_DEPTH, length, MAX_NUMBER, values));
            readMembers(in);
            in.end();
        } catch (JsonException e) {
            Reason reason = e.reason() == JsonException.Reason.LIMIT ? Reason.LIMIT_EXCEEDED : Reason.MALFORMED;
            throw new SbomException(reason, "not a bill of materials: " + e.getMessage(), e);
        }
    }

    private static byte[] withoutMark(byte[] document) {
        boolean marked = document.length > 2
                && document[0] == (byte) 0xef
                && document[1] == (byte) 0xbb
                && document[2] == (byte) 0xbf;
        return marked ? Arrays.copyOfRange(document, 3, document.length) : document;
    }

    private static void refuseOtherFormats(byte[] document) throws SbomException {
        String start = new String(document, 0, Math.min(document.length, 200), StandardCharsets.ISO_8859_1).strip();
        if (start.startsWith("<") || start.startsWith("SPDXVersion:")) {
            throw new SbomException(
                    Reason.UNSUPPORTED,
                    "only CycloneDX and SPDX 2 in JSON are read; the document begins with "
                            + Quoted.quote(start.substring(0, Math.min(start.length(), 20))));
        }
    }

    private static byte[] decoded(String payload) throws SbomException {
        try {
            boolean isForUrls = payload.indexOf('-') >= 0 || payload.indexOf('_') >= 0;
            return (isForUrls ? Base64.getUrlDecoder() : Base64.getDecoder()).decode(payload);
        } catch (IllegalArgumentException e) {
            throw new SbomException(Reason.MALFORMED, "the payload of the envelope is not Base64", e);
        }
    }

    private void readMembers(JsonStream in) throws JsonException, SbomException {
        in.beginObject();
        for (String member = in.nextName(); member != null; member = in.nextName()) {
            Reading reading = READINGS.get(member);
            if (reading == Reading.VALUE) {
                take(member, in.value());
            } else if (reading == Reading.ELEMENTS && !in.isNull()) {
                in.beginArray();
                while (in.nextElement()) {
                    take(member, in.value());
                }
            } else if (reading == Reading.MEMBERS && in.isObject()) {
                SbomParser within = new SbomParser(claims.within(), limits);
                inner = within;
                within.readMembers(in);
            } else {
                in.skip();
            }
        }
    }

    private void take(String member, JsonValue value) throws SbomException {
        switch (member) {
            case "components" -> claims.addComponent(object(member, value));
            case "packages" -> claims.addPackage(object(member, value));
            case "relationships" -> relationship(object(member, value));
            case "documentDescribes" -> describe(value);
            case "subject" -> subject(object(member, value));
            case "metadata" -> metadata(value);
            case "creationInfo" -> creation(value);
            default -> {
                if (value instanceof JsonString text) {
                    texts.put(member, text.value());
                } else if (member.equals("@context")) {
                    texts.put(member, "");
                }
            }
        }
    }

    private static JsonObject object(String member, JsonValue value) throws SbomException {
        if (value instanceof JsonObject object) {
            return object;
        }
        throw new SbomException(
                Reason.MALFORMED, "an element of " + member + " must be an object, is " + value.typeName());
    }

    private void relationship(JsonObject relationship) throws SbomException {
        String from = Members.text(relationship, "spdxElementId");
        String to = Members.text(relationship, "relatedSpdxElement");
        switch (Members.text(relationship, "relationshipType")) {
            case "DESCRIBES" -> {
                if (from.equals("SPDXRef-DOCUMENT")) {
                    describe(new JsonString(to));
                }
            }
            case "DESCENDANT_OF" -> claims.addAncestor(from, to);
            case "ANCESTOR_OF" -> claims.addAncestor(to, from);
            default -> {
                // The others do not say what the document is about, nor what that was made of.
            }
        }
    }

    private void describe(JsonValue identifier) {
        if (identifier instanceof JsonString text && described.size() < MAX_SUBJECTS) {
            described.add(text.value());
        }
    }

    private void subject(JsonObject subject) {
        if (subject.members().get("digest") instanceof JsonObject digests) {
            digests.members().forEach((algorithm, hex) -> {
                if (hex instanceof JsonString text) {
                    subject(algorithm + ":" + text.value());
                }
            });
        }
    }

    private void subject(String digest) {
        try {
            if (subjects.size() < MAX_SUBJECTS) {
                subjects.add(Digest.parse(digest));
            }
        } catch (MalformedDigestException e) {
            // Whatever else a document is about, it is no image.
        }
    }

    private void metadata(JsonValue metadata) {
        if (metadata instanceof JsonObject object
                && object.members().get("component") instanceof JsonObject component) {
            texts.put("component", Members.text(component, "name"));
            subject(Members.text(component, "version"));
            Claims.imageDigest(Members.text(component, "purl")).ifPresent(this::subject);
            for (JsonObject each : Members.list(component, "properties")) {
                layers.add(Members.text(each, "name"), Members.text(each, "value"));
            }
            if (component.members().get("pedigree") instanceof JsonObject pedigree) {
                for (JsonObject each : Members.list(pedigree, "ancestors")) {
                    ClaimedBase.of(each).ifPresent(ancestors::add);
                }
            }
            label(component);
        }
        if (metadata instanceof JsonObject object) {
            for (JsonObject each : Members.list(object, "properties")) {
                if (Members.text(each, "name").equals(Property.PROBLEM)) {
                    claims.addProblem(Members.text(each, "value"));
                }
            }
            label(object);
        }
    }

    private void label(JsonObject of) {
        for (JsonObject each : Members.list(of, "properties")) {
            ToolProperties.label(Members.text(each, "name"))
                    .ifPresent(label -> labels.putIfAbsent(label, Members.text(each, "value")));
        }
    }

    /** {@return the base that CycloneDX names: the ancestor of the image or, if there is none, that of its labels} */
    private Optional<ClaimedBase> base() {
        return ancestors.isEmpty()
                ? ClaimedBase.ofLabels(
                        labels.getOrDefault(ToolProperties.BASE_NAME, ""),
                        labels.getOrDefault(ToolProperties.BASE_DIGEST, ""))
                : ClaimedBase.only(ancestors);
    }

    private void creation(JsonValue creation) {
        String start = Property.PROBLEM + "=";
        if (creation instanceof JsonObject object) {
            for (String line : Members.text(object, "comment").split("\n", -1)) {
                if (line.startsWith(start)) {
                    claims.addProblem(CommentLine.unescaped(line.substring(start.length())));
                }
            }
        }
    }

    private Sbom sbom() throws SbomException {
        String type = texts.getOrDefault("predicateType", "");
        if (type.isEmpty() || inner == null) {
            return sbom(type);
        }
        if (!subjects.isEmpty()) {
            inner.subjects.clear();
            inner.subjects.addAll(subjects);
        }
        return inner.sbom(type);
    }

    private Sbom sbom(String predicateType) throws SbomException {
        boolean isAttestation = !predicateType.isEmpty();
        if (texts.getOrDefault("bomFormat", "").equals("CycloneDX")) {
            return new Sbom(
                    claims.document(),
                    SbomFormat.CYCLONEDX,
                    texts.getOrDefault("specVersion", ""),
                    texts.getOrDefault("component", ""),
                    texts.getOrDefault("serialNumber", ""),
                    List.copyOf(subjects),
                    layers.list(),
                    base().orElse(null),
                    isAttestation,
                    claims.inventory(Set.of()));
        }
        String version = texts.getOrDefault("spdxVersion", "");
        if (version.startsWith("SPDX-2")) {
            claims.imageDigests(described).forEach(this::subject);
            return new Sbom(
                    claims.document(),
                    SbomFormat.SPDX,
                    version,
                    texts.getOrDefault("name", ""),
                    texts.getOrDefault("documentNamespace", ""),
                    List.copyOf(subjects),
                    claims.layers(described),
                    claims.base(described).orElse(null),
                    isAttestation,
                    claims.inventory(described));
        }
        String what = predicateType.isEmpty() ? "" : " in the statement of type " + Quoted.quote(predicateType);
        boolean isOtherFormat = !version.isEmpty() || texts.containsKey("@context") || isSbom(predicateType);
        throw isOtherFormat
                ? new SbomException(
                        Reason.UNSUPPORTED,
                        "only CycloneDX and SPDX 2 in JSON are read, and the document" + what + " is neither")
                : new SbomException(Reason.OTHER_DOCUMENT, "the document" + what + " is neither CycloneDX nor SPDX");
    }

    static boolean isSbom(String predicateType) {
        return predicateType.startsWith(SbomFormat.CYCLONEDX.predicateType())
                || predicateType.startsWith(SbomFormat.SPDX.predicateType());
    }
}
