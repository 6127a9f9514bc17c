package dev.tallyclerk.internal.secret;

/**
 * A secret in a text or a file.
 *
 * @param name the kind of secret, for people
 * @param kind what it gives access to
 * @param isProtected whether it is encrypted by another secret
 * @param isDoubtful whether only its form speaks for a secret
 * @param start the first character of the part that must not be shown; in a file, of no meaning
 * @param end the character after that part
 * @param fingerprint a number that equal secrets share; not to be shown
 */
public record FoundSecret(
        String name, SecretKind kind, boolean isProtected, boolean isDoubtful, int start, int end, long fingerprint) {}
