package dev.tallyclerk.trust.attestation;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.internal.json.CompactJson;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.internal.json.JsonValue.JsonArray;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.json.StrictJson;
import dev.tallyclerk.text.Quoted;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A condition on a statement's predicate. Immutable; equal if it demands the same. */
public sealed interface PredicateCondition {
    /**
     * Checks a statement.
     *
     * @throws EvidenceException with {@link Reason#PREDICATE_MISMATCH} if it does not hold, and with another reason if
     *     the predicate cannot be read
     */
    void check(Statement statement) throws EvidenceException;

    /**
     * The predicate is of a family of types.
     *
     * @param type the family
     */
    record TypeIs(PredicateType type) implements PredicateCondition {
        /** Requires the type. */
        public TypeIs {
            Objects.requireNonNull(type, "type");
        }

        @Override
        public void check(Statement statement) throws EvidenceException {
            if (!type.includes(statement.predicateType())) {
                throw mismatch("predicate type", statement.predicateType(), String.join(" or ", type.uris()));
            }
        }
    }

    /**
     * The SLSA provenance names a builder, compared exactly.
     *
     * @param id the builder's id
     */
    record BuilderIs(String id) implements PredicateCondition {
        /** Requires the id. */
        public BuilderIs {
            Objects.requireNonNull(id, "id");
        }

        @Override
        public void check(Statement statement) throws EvidenceException {
            String found =
                    read(statement, SlsaProvenance.class, "SLSA provenance").builderId();
            if (!found.equals(id)) {
                throw mismatch("builder", found, id);
            }
        }
    }

    /**
     * The parameters of the SLSA provenance name a source repository. If they name several, all must match.
     *
     * <p>A {@code git+} before the URI, and {@code .git}, {@code @ref} and {@code #fragment} behind it are not
     * compared.
     *
     * @param repository the repository's URI, for example {@code https://github.com/acme/shop}
     */
    record SourceIs(String repository) implements PredicateCondition {
        /** Requires the repository. */
        public SourceIs {
            Objects.requireNonNull(repository, "repository");
        }

        @Override
        public void check(Statement statement) throws EvidenceException {
            List<String> sources = sources(statement);
            String wanted = SourceRepository.plain(repository);
            if (sources.isEmpty()
                    || !sources.stream().map(SourceRepository::plain).allMatch(wanted::equals)) {
                throw mismatch("source repository", String.join(", ", sources), repository);
            }
        }
    }

    /**
     * The parameters of the SLSA provenance name a source repository below a prefix. If they name several, all must
     * match.
     *
     * @param prefix the start of the URI, which ends where a path segment ends: {@code https://github.com/acme} covers
     *     {@code https://github.com/acme/shop}, not {@code https://github.com/acme-labs/shop}
     */
    record SourceBelow(String prefix) implements PredicateCondition {
        /** Requires the prefix. */
        public SourceBelow {
            Objects.requireNonNull(prefix, "prefix");
        }

        @Override
        public void check(Statement statement) throws EvidenceException {
            List<String> sources = sources(statement);
            if (sources.isEmpty() || !sources.stream().allMatch(source -> SourceRepository.isBelow(source, prefix))) {
                throw mismatch("source repository", String.join(", ", sources), prefix + "/…");
            }
        }
    }

    /**
     * The SLSA provenance lists a material.
     *
     * @param uri the material's URI, compared exactly
     * @param digests the digests that it must have, by the names of their algorithms; may be none
     */
    record HasMaterial(String uri, Map<String, String> digests) implements PredicateCondition {
        /** Keeps a copy of the digests. */
        public HasMaterial {
            Objects.requireNonNull(uri, "uri");
            digests = Map.copyOf(digests);
        }

        @Override
        public void check(Statement statement) throws EvidenceException {
            List<SlsaProvenance.Material> all =
                    read(statement, SlsaProvenance.class, "SLSA provenance").materials();
            List<SlsaProvenance.Material> named =
                    all.stream().filter(material -> material.uri().equals(uri)).toList();
            if (named.isEmpty()) {
                throw mismatch("materials", all.size() + " others", uri);
            }
            if (named.stream()
                    .noneMatch(material -> material.digests().entrySet().containsAll(digests.entrySet()))) {
                throw mismatch("digests of " + uri, String.valueOf(named.get(0).digests()), String.valueOf(digests));
            }
        }
    }

    /** The bill of materials lists at least one package. */
    record HasPackages() implements PredicateCondition {
        @Override
        public void check(Statement statement) throws EvidenceException {
            if (read(statement, BillOfMaterials.class, "a bill of materials")
                    .packages()
                    .isEmpty()) {
                throw mismatch("packages", "none", "at least one");
            }
        }
    }

    /**
     * Every statement of the VEX document about a vulnerability has one of some statuses, and there is at least one.
     *
     * <p>The products of the statements are not compared: the document is about the subject of the attestation.
     *
     * @param vulnerability a name, identifier or alias of the vulnerability
     * @param statuses the allowed statuses, at least one
     */
    record VexStatusIn(String vulnerability, Set<OpenVex.Status> statuses) implements PredicateCondition {
        /**
         * Keeps a copy of the statuses.
         *
         * @throws IllegalArgumentException if there is no status
         */
        public VexStatusIn {
            Objects.requireNonNull(vulnerability, "vulnerability");
            if (statuses.isEmpty()) {
                throw new IllegalArgumentException("no status is allowed for " + vulnerability);
            }
            statuses = Set.copyOf(EnumSet.copyOf(statuses));
        }

        @Override
        public void check(Statement statement) throws EvidenceException {
            Set<OpenVex.Status> found = read(statement, OpenVex.class, "an OpenVEX document").statements().stream()
                    .filter(entry -> entry.vulnerabilities().contains(vulnerability))
                    .map(OpenVex.Statement::status)
                    .collect(Collectors.toCollection(() -> EnumSet.noneOf(OpenVex.Status.class)));
            if (found.isEmpty() || !statuses.containsAll(found)) {
                throw mismatch(
                        "VEX status of " + vulnerability,
                        found.isEmpty() ? "none" : String.valueOf(found),
                        String.valueOf(EnumSet.copyOf(statuses)));
            }
        }
    }

    /**
     * A value of the predicate is equal to some JSON: numbers as they are written, objects in any order.
     *
     * @param pointer a JSON pointer into the predicate (RFC 6901); empty for all of it
     * @param json the value
     */
    record ValueIs(String pointer, String json) implements PredicateCondition {
        private static final JsonLimits LIMITS = JsonLimits.ofBytes(1 << 20);

        /**
         * Checks the pointer and the JSON.
         *
         * @throws IllegalArgumentException if one of them is malformed
         */
        public ValueIs {
            if (!pointer.isEmpty() && pointer.charAt(0) != '/') {
                throw new IllegalArgumentException("no JSON pointer: " + Quoted.quote(pointer));
            }
            parse(json);
        }

        private static JsonValue parse(String json) {
            try {
                return StrictJson.parseInterchangeable(json.getBytes(StandardCharsets.UTF_8), LIMITS);
            } catch (JsonException e) {
                throw new IllegalArgumentException("no JSON value: " + e.getMessage(), e);
            }
        }

        @Override
        public void check(Statement statement) throws EvidenceException {
            Optional<JsonValue> found = statement.predicateValue();
            for (String step :
                    pointer.isEmpty() ? new String[0] : pointer.substring(1).split("/", -1)) {
                String name = step.replace("~1", "/").replace("~0", "~");
                found = found.flatMap(value -> child(value, name));
            }
            if (!found.equals(Optional.of(parse(json)))) {
                throw mismatch(
                        pointer.isEmpty() ? "the predicate" : pointer,
                        found.map(CompactJson::of).orElse("absent"),
                        json);
            }
        }

        private static Optional<JsonValue> child(JsonValue value, String step) {
            if (value instanceof JsonObject object) {
                return Optional.ofNullable(object.members().get(step));
            }
            if (value instanceof JsonArray array && step.matches("0|[1-9][0-9]{0,8}")) {
                int position = Integer.parseInt(step);
                return position < array.elements().size()
                        ? Optional.of(array.elements().get(position))
                        : Optional.empty();
            }
            return Optional.empty();
        }
    }

    private static List<String> sources(Statement statement) throws EvidenceException {
        return read(statement, SlsaProvenance.class, "SLSA provenance").sources();
    }

    private static <P extends Predicate> P read(Statement statement, Class<P> form, String wanted)
            throws EvidenceException {
        Predicate predicate = statement.predicate();
        if (!form.isInstance(predicate)) {
            throw mismatch("predicate type", statement.predicateType(), wanted);
        }
        return form.cast(predicate);
    }

    private static EvidenceException mismatch(String what, String found, String wanted) {
        return new EvidenceException(
                Reason.PREDICATE_MISMATCH,
                what + ": found " + Quoted.quote(found) + ", wanted " + Quoted.quote(wanted));
    }
}
