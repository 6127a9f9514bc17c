package dev.tallyclerk.trust.tuf.model;

import static dev.tallyclerk.trust.tuf.model.Document.list;
import static dev.tallyclerk.trust.tuf.model.Document.number;
import static dev.tallyclerk.trust.tuf.model.Document.object;
import static dev.tallyclerk.trust.tuf.model.Document.text;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What section 4 wants of a file, as far as somebody in these tests breaks it. */
final class Format {
    private static final Set<String> TOP_LEVEL = Set.of("root", "timestamp", "snapshot", "targets");

    private Format() {}

    static boolean isValid(Document document, String type) {
        Map<String, Object> signed = document.signed();
        return hasOneSignatureOfEach(document)
                && type.equals(signed.get("_type"))
                && text(signed.get("spec_version")).startsWith("1.")
                && document.version() >= 1
                && areListings(object(signed.get("meta")).values())
                && (!type.equals("root") || areRoles(object(signed.get("roles")).values()))
                && (!type.equals("targets") || areDelegations(object(signed.get("delegations"))));
    }

    static boolean hasOneSignatureOfEach(Document document) {
        Set<String> signatures = new HashSet<>();
        return document.signatures().stream().allMatch(signature -> signatures.add(signature.keyId()));
    }

    private static boolean areListings(Iterable<Object> files) {
        for (Object file : files) {
            if (number(object(file).get("version")) < 1) {
                return false;
            }
        }
        return true;
    }

    private static boolean areRoles(Iterable<Object> roles) {
        for (Object role : roles) {
            List<Object> keyIds = list(object(role).get("keyids"));
            if (number(object(role).get("threshold")) < 1 || new HashSet<>(keyIds).size() < keyIds.size()) {
                return false;
            }
        }
        return true;
    }

    private static boolean areDelegations(Map<String, Object> delegations) {
        List<Object> roles = list(delegations.get("roles"));
        Set<Object> names = new HashSet<>();
        return areRoles(roles)
                && roles.stream().allMatch(role -> names.add(object(role).get("name")))
                && names.stream().noneMatch(TOP_LEVEL::contains);
    }
}
