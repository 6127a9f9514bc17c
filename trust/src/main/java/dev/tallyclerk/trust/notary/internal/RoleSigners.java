package dev.tallyclerk.trust.notary.internal;

import dev.tallyclerk.trust.notary.metadata.NotaryException;
import dev.tallyclerk.trust.notary.metadata.NotaryException.Reason;
import dev.tallyclerk.trust.notary.metadata.NotaryRole;
import dev.tallyclerk.trust.notary.metadata.NotaryRoleKey;
import dev.tallyclerk.trust.tuf.metadata.RoleKeys;
import dev.tallyclerk.trust.tuf.metadata.ThresholdReport;
import dev.tallyclerk.trust.tuf.metadata.ThresholdReport.KeyOutcome;
import dev.tallyclerk.trust.tuf.metadata.ThresholdReport.Outcome;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The keys of a role, and how many of them must sign.
 *
 * <p>Counts key pairs: two certificates of one key count once.
 */
public final class RoleSigners {
    private final RoleKeys role;
    private final Map<String, NotaryKey> keys;

    private RoleSigners(RoleKeys role, Map<String, NotaryKey> keys) {
        this.role = role;
        this.keys = keys;
    }

    static RoleSigners of(RoleKeys role, Map<String, NotaryKey> declared) {
        Map<String, NotaryKey> keys = new LinkedHashMap<>();
        role.keyIds().forEach(id -> {
            NotaryKey key = declared.get(id);
            if (key != null) {
                keys.put(id, key);
            }
        });
        return new RoleSigners(role, keys);
    }

    /** {@return the same threshold over some of the keys} */
    public RoleSigners only(List<NotaryKey> some) {
        List<String> ids = some.stream().map(NotaryKey::declaredId).toList();
        Map<String, NotaryKey> kept = new LinkedHashMap<>(keys);
        kept.keySet().retainAll(ids);
        return new RoleSigners(new RoleKeys(ids, role.threshold()), kept);
    }

    /** {@return the ids and the threshold} */
    public RoleKeys role() {
        return role;
    }

    /** {@return the declared keys, in the order of the role} */
    public List<NotaryKey> keys() {
        return List.copyOf(keys.values());
    }

    /** {@return whether enough keys have signed} */
    public boolean accept(NotaryFile file) {
        ThresholdReport report = report(file);
        return report.have() >= report.need() && wrongId(file).isEmpty();
    }

    /**
     * Refuses a file that too few keys have signed.
     *
     * @param reason why it is refused then
     * @param whose whose keys they are, for a message
     */
    public void require(NotaryFile file, Reason reason, String whose) throws NotaryException {
        Optional<String> wrongId = wrongId(file);
        if (wrongId.isPresent()) {
            throw NotaryException.of(
                    Reason.KEY_ID_MISMATCH,
                    file.role(),
                    "the key declared as " + shown(wrongId.get()) + " has another id; the collection has to declare it"
                            + " under its own");
        }
        ThresholdReport report = report(file);
        if (report.have() < report.need()) {
            throw NotaryException.of(
                            reason, file.role(), "version " + file.version() + " has " + report + " (" + whose + ")")
                    .withThreshold(report);
        }
    }

    private static String shown(String keyId) {
        return keyId.length() > 16 ? keyId.substring(0, 16) + "…" : keyId;
    }

    /** {@return the id of a key that is to sign, has a signature in the file, and is declared under another's id} */
    private Optional<String> wrongId(NotaryFile file) {
        return keys.values().stream()
                .filter(key -> file.signatures().containsKey(key.declaredId()) && !key.hasItsOwnId())
                .map(NotaryKey::declaredId)
                .findFirst();
    }

    /** {@return the role, its keys, and which of them have signed a file of it} */
    public NotaryRole describe(NotaryFile file) {
        List<NotaryRoleKey> described = new ArrayList<>();
        for (NotaryKey key : keys.values()) {
            boolean signed = file.signatures().getOrDefault(key.declaredId(), List.of()).stream()
                    .anyMatch(signature -> key.hasSigned(file.message(), signature));
            Optional<X509Certificate> leaf = key.certificates().stream().findFirst();
            described.add(new NotaryRoleKey(
                    key.declaredId(),
                    key.type(),
                    key.bareId().orElse(""),
                    leaf.map(each -> each.getSubjectX500Principal().getName()).orElse(""),
                    leaf.map(each -> each.getNotAfter().toInstant()),
                    signed));
        }
        return new NotaryRole(file.role(), file.version(), file.expires(), role.threshold(), described);
    }

    private ThresholdReport report(NotaryFile file) {
        Set<String> counted = new HashSet<>();
        List<KeyOutcome> outcomes = new ArrayList<>();
        for (String keyId : role.keyIds()) {
            if (counted.size() >= role.threshold()) {
                break;
            }
            outcomes.add(new KeyOutcome(keyId, outcome(keyId, file, counted), ""));
        }
        return new ThresholdReport(counted.size(), role.threshold(), outcomes);
    }

    private Outcome outcome(String keyId, NotaryFile file, Set<String> counted) {
        NotaryKey key = keys.get(keyId);
        if (key == null) {
            return Outcome.NOT_DECLARED;
        }
        List<FileSignature> signatures = file.signatures().getOrDefault(keyId, List.of());
        if (signatures.isEmpty()) {
            return Outcome.NO_SIGNATURE;
        }
        Optional<String> fingerprint = key.fingerprint();
        if (fingerprint.isEmpty()) {
            return Outcome.UNUSABLE_KEY;
        }
        if (counted.contains(fingerprint.get())) {
            return Outcome.SAME_KEY_AGAIN;
        }
        if (signatures.stream().noneMatch(signature -> key.hasSigned(file.message(), signature))) {
            return Outcome.WRONG_SIGNATURE;
        }
        counted.add(fingerprint.get());
        return Outcome.SIGNED;
    }
}
