package dev.tallyclerk.internal.secret;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Finds secrets in text by their form, whatever they are called: tokens of known issuers, private keys, and passwords
 * and access tokens in URLs.
 */
public final class SecretText {
    /** Stands for a secret in reports. */
    public static final String REDACTED = "[redacted]";

    private SecretText() {}

    /**
     * {@return the secrets in {@code text}, in order, not overlapping; also those that {@link HiddenValue} stands for}
     */
    public static List<FoundSecret> find(String text) {
        List<FoundSecret> hidden = HiddenValue.parts(text);
        List<FoundSecret> found = SecretEngine.builtIn().find(text);
        if (hidden.isEmpty()) {
            return disjoint(found);
        }
        List<FoundSecret> all = new ArrayList<>(hidden);
        all.addAll(found);
        return disjoint(all);
    }

    /** {@return {@code text} with the kind in place of each secret that {@link #find} finds, as rules judge it} */
    public static String hide(String text) {
        StringBuilder out = new StringBuilder();
        int shown = 0;
        for (FoundSecret secret : find(text)) {
            out.append(text, shown, secret.start()).append(HiddenValue.part(secret.name()));
            shown = secret.end();
        }
        return out.append(text, shown, text.length()).toString();
    }

    private static List<FoundSecret> disjoint(List<FoundSecret> all) {
        if (all.isEmpty()) {
            return all;
        }
        List<FoundSecret> found = new ArrayList<>(all);
        found.sort(
                Comparator.comparingInt(FoundSecret::start).thenComparing(FoundSecret::end, Comparator.reverseOrder()));
        List<FoundSecret> disjoint = new ArrayList<>();
        int end = 0;
        for (FoundSecret secret : found) {
            if (secret.start() >= end) {
                disjoint.add(secret);
                end = secret.end();
            }
        }
        return disjoint;
    }

    /**
     * {@return whether {@code text} has what looks like a secret} Also one whose checksum is wrong, and an example: it
     * may be a secret with a change.
     */
    public static boolean looksSecret(String text) {
        return !SecretEngine.builtIn().findLookalikes(text).isEmpty();
    }

    /**
     * {@return {@code text} with {@link #REDACTED} in place of all that looks like a secret, whatever its value and
     * length}
     */
    public static String redact(String text) {
        List<FoundSecret> secrets = SecretEngine.builtIn().findLookalikes(text);
        if (secrets.isEmpty()) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length());
        int shown = 0;
        for (FoundSecret secret : disjoint(secrets)) {
            out.append(text, shown, secret.start()).append(REDACTED);
            shown = secret.end();
        }
        return out.append(text, shown, text.length()).toString();
    }
}
