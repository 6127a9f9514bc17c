package dev.tallyclerk.trust.attestation;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.internal.json.CompactJson;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonValue.JsonNull;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import dev.tallyclerk.internal.json.MemberNames;
import dev.tallyclerk.trust.attestation.BillOfMaterials.Format;
import dev.tallyclerk.trust.attestation.BillOfMaterials.ListedPackage;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the predicates of known types. Members that are read must have the type that their specification gives them,
 * and no case variants; members that are not read are ignored.
 */
final class PredicateReader {
    private static final MemberNames SLSA_1 = MemberNames.of("buildDefinition", "runDetails");
    private static final MemberNames SLSA_1_DEFINITION =
            MemberNames.of("buildType", "externalParameters", "resolvedDependencies");
    private static final MemberNames SLSA_1_RUN = MemberNames.of("builder", "metadata");
    private static final MemberNames SLSA_1_METADATA = MemberNames.of("invocationId", "startedOn", "finishedOn");
    private static final MemberNames SLSA_0_2 =
            MemberNames.of("builder", "buildType", "invocation", "metadata", "materials");
    private static final MemberNames SLSA_0_2_METADATA =
            MemberNames.of("buildInvocationId", "buildInvocationID", "buildStartedOn", "buildFinishedOn");
    private static final MemberNames SLSA_0_2_INVOCATION = MemberNames.of("configSource");
    private static final MemberNames BUILDER = MemberNames.of("id");
    private static final MemberNames RESOURCE = MemberNames.of("uri", "digest");
    private static final MemberNames SPDX = MemberNames.of("spdxVersion", "name", "documentNamespace", "packages");
    private static final MemberNames SPDX_PACKAGE = MemberNames.of("name", "versionInfo", "externalRefs");
    private static final MemberNames SPDX_REFERENCE = MemberNames.of("referenceType", "referenceLocator");
    private static final MemberNames CYCLONEDX =
            MemberNames.of("bomFormat", "specVersion", "serialNumber", "metadata", "components");
    private static final MemberNames CYCLONEDX_COMPONENT = MemberNames.of("name", "version", "purl", "components");
    private static final MemberNames VEX = MemberNames.of("author", "statements");
    private static final MemberNames VEX_STATEMENT =
            MemberNames.of("vulnerability", "products", "status", "justification");
    private static final MemberNames VEX_VULNERABILITY = MemberNames.of("name", "@id", "aliases");
    private static final MemberNames VEX_PRODUCT = MemberNames.of("@id", "identifiers");
    private static final MemberNames SCAN = MemberNames.of("scanner", "metadata");
    private static final MemberNames SCANNER = MemberNames.of("uri", "version", "result");
    private static final MemberNames SCAN_METADATA = MemberNames.of("scanStartedOn", "scanFinishedOn");

    private final AttestationLimits limits;

    private PredicateReader(AttestationLimits limits) {
        this.limits = limits;
    }

    /** {@return the predicate of a type} */
    static Predicate read(String type, Optional<JsonCursor> predicate, AttestationLimits limits)
            throws JsonException, EvidenceException {
        PredicateReader reader = new PredicateReader(limits);
        if (PredicateType.COSIGN_SIGN.includes(type)) {
            if (predicate.isPresent() && predicate.get().size() > 0) {
                throw predicate.get().badValue("must be an empty object");
            }
            return new Predicate.CosignSign();
        }
        if (PredicateType.SLSA_PROVENANCE_1.includes(type)) {
            return reader.slsa1(present(predicate));
        }
        if (PredicateType.SLSA_PROVENANCE_0_2.includes(type)) {
            return reader.slsa02(present(predicate));
        }
        if (PredicateType.SPDX.includes(type)) {
            return reader.spdx(present(predicate));
        }
        if (PredicateType.CYCLONEDX.includes(type)) {
            return reader.cycloneDx(present(predicate));
        }
        if (PredicateType.OPENVEX.includes(type)) {
            return reader.openVex(present(predicate));
        }
        if (PredicateType.VULNERABILITY_SCAN.includes(type)) {
            return reader.scan(present(predicate));
        }
        return new Predicate.Other(predicate.map(value -> CompactJson.of(value.value())));
    }

    private static JsonCursor present(Optional<JsonCursor> predicate) {
        // The root cursor of null says "must be an object, is null".
        return predicate.orElseGet(() -> JsonCursor.at(JsonNull.INSTANCE));
    }

    private Predicate slsa1(JsonCursor predicate) throws JsonException, EvidenceException {
        predicate.refuseCaseVariants(SLSA_1);
        JsonCursor definition = predicate.required("buildDefinition");
        definition.refuseCaseVariants(SLSA_1_DEFINITION);
        JsonCursor run = predicate.required("runDetails");
        run.refuseCaseVariants(SLSA_1_RUN);
        JsonCursor parameters = definition.required("externalParameters");
        JsonCursor metadata = objectOrEmpty(run, "metadata");
        metadata.refuseCaseVariants(SLSA_1_METADATA);
        return new SlsaProvenance(
                builderId(run),
                definition.required("buildType").string(),
                SourceRepository.ofParameters(parameters),
                materials(definition, "resolvedDependencies"),
                Optional.of(CompactJson.of(parameters.object())),
                text(metadata, "invocationId"),
                time(metadata, "startedOn"),
                time(metadata, "finishedOn"));
    }

    private Predicate slsa02(JsonCursor predicate) throws JsonException, EvidenceException {
        predicate.refuseCaseVariants(SLSA_0_2);
        JsonCursor invocation = objectOrEmpty(predicate, "invocation");
        invocation.refuseCaseVariants(SLSA_0_2_INVOCATION);
        JsonCursor configSource = objectOrEmpty(invocation, "configSource");
        configSource.refuseCaseVariants(RESOURCE);
        JsonCursor metadata = objectOrEmpty(predicate, "metadata");
        metadata.refuseCaseVariants(SLSA_0_2_METADATA);
        // The specification writes "ID", the tools "Id".
        Optional<String> invocationId = text(metadata, "buildInvocationId");
        return new SlsaProvenance(
                builderId(predicate),
                predicate.required("buildType").string(),
                text(configSource, "uri").stream().toList(),
                materials(predicate, "materials"),
                predicate.optional("invocation").map(value -> CompactJson.of(value.value())),
                invocationId.isPresent() ? invocationId : text(metadata, "buildInvocationID"),
                time(metadata, "buildStartedOn"),
                time(metadata, "buildFinishedOn"));
    }

    private static String builderId(JsonCursor owner) throws JsonException {
        JsonCursor builder = owner.required("builder");
        builder.refuseCaseVariants(BUILDER);
        return builder.required("id").string();
    }

    private List<SlsaProvenance.Material> materials(JsonCursor owner, String member)
            throws JsonException, EvidenceException {
        List<SlsaProvenance.Material> materials = new ArrayList<>();
        for (JsonCursor material : list(owner, member, "materials")) {
            material.refuseCaseVariants(RESOURCE);
            Optional<JsonCursor> digests = material.optional("digest");
            materials.add(new SlsaProvenance.Material(
                    text(material, "uri").orElse(""),
                    digests.isPresent() ? digests.get().stringMap() : Map.of()));
        }
        return materials;
    }

    private Predicate spdx(JsonCursor document) throws JsonException, EvidenceException {
        document.refuseCaseVariants(SPDX);
        List<ListedPackage> packages = new ArrayList<>();
        for (JsonCursor entry : list(document, "packages", "packages")) {
            entry.refuseCaseVariants(SPDX_PACKAGE);
            packages.add(new ListedPackage(
                    entry.required("name").string(), text(entry, "versionInfo").orElse(""), spdxPurl(entry)));
        }
        JsonCursor version = document.required("spdxVersion");
        if (!version.string().startsWith("SPDX-2.")) {
            throw version.badValue("must be SPDX-2.x");
        }
        return new BillOfMaterials(
                Format.SPDX,
                version.string(),
                text(document, "name").orElse(""),
                text(document, "documentNamespace").orElse(""),
                packages);
    }

    private String spdxPurl(JsonCursor entry) throws JsonException, EvidenceException {
        for (JsonCursor reference : list(entry, "externalRefs", "external references")) {
            reference.refuseCaseVariants(SPDX_REFERENCE);
            if (text(reference, "referenceType").filter("purl"::equals).isPresent()) {
                return reference.required("referenceLocator").string();
            }
        }
        return "";
    }

    private Predicate cycloneDx(JsonCursor document) throws JsonException, EvidenceException {
        document.refuseCaseVariants(CYCLONEDX);
        JsonCursor format = document.required("bomFormat");
        if (!format.string().equals("CycloneDX")) {
            throw format.badValue("must be CycloneDX");
        }
        JsonCursor component = objectOrEmpty(objectOrEmpty(document, "metadata"), "component");
        return new BillOfMaterials(
                Format.CYCLONEDX,
                document.required("specVersion").string(),
                text(component, "name").orElse(""),
                text(document, "serialNumber").orElse(""),
                components(document));
    }

    private List<ListedPackage> components(JsonCursor document) throws JsonException, EvidenceException {
        List<ListedPackage> packages = new ArrayList<>();
        Deque<JsonCursor> pending = new ArrayDeque<>();
        push(list(document, "components", "components"), pending);
        while (!pending.isEmpty()) {
            JsonCursor component = pending.pop();
            component.refuseCaseVariants(CYCLONEDX_COMPONENT);
            if (packages.size() == limits.maxEntries()) {
                throw Documents.tooMany("components", limits.maxEntries());
            }
            packages.add(new ListedPackage(
                    component.required("name").string(),
                    text(component, "version").orElse(""),
                    text(component, "purl").orElse("")));
            push(list(component, "components", "components"), pending);
        }
        return packages;
    }

    /** The first is popped first. */
    private static void push(List<JsonCursor> components, Deque<JsonCursor> pending) {
        for (int i = components.size() - 1; i >= 0; i--) {
            pending.push(components.get(i));
        }
    }

    private Predicate openVex(JsonCursor document) throws JsonException, EvidenceException {
        document.refuseCaseVariants(VEX);
        List<OpenVex.Statement> statements = new ArrayList<>();
        for (JsonCursor statement : list(document, "statements", "VEX statements")) {
            statement.refuseCaseVariants(VEX_STATEMENT);
            statements.add(new OpenVex.Statement(
                    vulnerabilities(statement.required("vulnerability")),
                    products(statement),
                    status(statement.required("status")),
                    text(statement, "justification").orElse("")));
        }
        return new OpenVex(document.required("author").string(), statements);
    }

    /** A text up to version 0.0.2, an object since. */
    private static List<String> vulnerabilities(JsonCursor vulnerability) throws JsonException {
        if (vulnerability.value() instanceof JsonString) {
            return List.of(vulnerability.string());
        }
        vulnerability.refuseCaseVariants(VEX_VULNERABILITY);
        Set<String> names = new LinkedHashSet<>();
        names.add(vulnerability.required("name").string());
        names.addAll(text(vulnerability, "@id").stream().toList());
        names.addAll(vulnerability.strings("aliases"));
        return List.copyOf(names);
    }

    private List<String> products(JsonCursor statement) throws JsonException, EvidenceException {
        Set<String> products = new LinkedHashSet<>();
        for (JsonCursor product : list(statement, "products", "products")) {
            if (product.value() instanceof JsonString) {
                products.add(product.string());
            } else {
                product.refuseCaseVariants(VEX_PRODUCT);
                products.addAll(text(product, "@id").stream().toList());
                Optional<JsonCursor> identifiers = product.optional("identifiers");
                if (identifiers.isPresent()) {
                    products.addAll(identifiers.get().stringMap().values());
                }
            }
        }
        return List.copyOf(products);
    }

    private static OpenVex.Status status(JsonCursor text) throws JsonException {
        for (OpenVex.Status status : OpenVex.Status.values()) {
            if (status.toString().equals(text.string())) {
                return status;
            }
        }
        throw text.badValue("is no status of OpenVEX");
    }

    private Predicate scan(JsonCursor predicate) throws JsonException {
        predicate.refuseCaseVariants(SCAN);
        JsonCursor scanner = objectOrEmpty(predicate, "scanner");
        scanner.refuseCaseVariants(SCANNER);
        JsonCursor metadata = objectOrEmpty(predicate, "metadata");
        metadata.refuseCaseVariants(SCAN_METADATA);
        return new VulnerabilityScan(
                text(scanner, "uri").orElse(""),
                text(scanner, "version").orElse(""),
                time(metadata, "scanStartedOn"),
                time(metadata, "scanFinishedOn"),
                scanner.optional("result").map(value -> CompactJson.of(value.value())));
    }

    private List<JsonCursor> list(JsonCursor owner, String member, String what)
            throws JsonException, EvidenceException {
        Optional<JsonCursor> list = owner.optional(member);
        if (list.isEmpty()) {
            return List.of();
        }
        if (list.get().length() > limits.maxEntries()) {
            throw Documents.tooMany(what, limits.maxEntries());
        }
        return list.get().elements();
    }

    private static JsonCursor objectOrEmpty(JsonCursor owner, String member) throws JsonException {
        Optional<JsonCursor> found = owner.optional(member);
        if (found.isEmpty()) {
            return JsonCursor.at(new JsonObject(Map.of()));
        }
        found.get().object();
        return found.get();
    }

    private static Optional<String> text(JsonCursor owner, String member) throws JsonException {
        Optional<JsonCursor> found = owner.optional(member);
        return found.isPresent() ? Optional.of(found.get().string()) : Optional.empty();
    }

    /** {@return a time by RFC 3339; empty if it is absent or an empty text, as some tools write} */
    private static Optional<Instant> time(JsonCursor owner, String member) throws JsonException {
        Optional<String> text = text(owner, member).filter(value -> !value.isEmpty());
        try {
            return text.map(value -> OffsetDateTime.parse(value).toInstant());
        } catch (DateTimeException e) {
            throw owner.required(member).badValue("is no time of RFC 3339");
        }
    }
}
