package dev.tallyclerk.trust.tuf.model;

import static dev.tallyclerk.trust.tuf.model.Document.list;
import static dev.tallyclerk.trust.tuf.model.Document.number;
import static dev.tallyclerk.trust.tuf.model.Document.object;
import static dev.tallyclerk.trust.tuf.model.Document.text;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Who must sign for a role, as a root or a delegator declares it.
 *
 * @param keys all declared keys by key id
 * @param role the role's {@code keyids} and {@code threshold}
 */
record Signers(Map<String, Object> keys, Map<String, Object> role) {
    /** {@return whether enough different keys have; one under two key ids is one} */
    static boolean haveSigned(Document document, Signers wanted) {
        Set<String> signed = new HashSet<>();
        for (Object keyId : list(wanted.role().get("keyids"))) {
            String key = wanted.publicText(text(keyId));
            for (Document.Signature signature : document.signatures()) {
                if (signature.keyId().equals(keyId) && signature.signer().equals(key)) {
                    signed.add(key);
                }
            }
        }
        return signed.size() >= number(wanted.role().get("threshold"));
    }

    Set<String> publicTexts() {
        Set<String> texts = new HashSet<>();
        list(role.get("keyids")).forEach(keyId -> texts.add(publicText(text(keyId))));
        return texts;
    }

    private String publicText(String keyId) {
        return text(object(object(keys.get(keyId)).get("keyval")).get("public"));
    }
}
