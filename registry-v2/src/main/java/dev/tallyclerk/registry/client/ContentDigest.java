package dev.tallyclerk.registry.client;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.MalformedDigestException;
import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.internal.call.CallResponse;
import dev.tallyclerk.text.Quoted;
import java.util.Optional;

/**
 * What a registry says, in {@code Docker-Content-Digest}, of what it was sent or has. It may be another algorithm's
 * digest.
 */
final class ContentDigest {
    private ContentDigest() {}

    /**
     * {@return the digest that the registry names, if it names one} A malformed digest is ignored, and the listener is
     * told: nothing depends on it.
     */
    static Optional<Digest> of(CallResponse answer, RegistrySession session) {
        String header = answer.header("Docker-Content-Digest").orElse("");
        if (header.isBlank()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Digest.parse(header));
        } catch (MalformedDigestException e) {
            String what = answer.secrets().hide("it names a digest that is none: " + Quoted.quote(header));
            session.listener().ignored(session.host(), what);
            return Optional.empty();
        }
    }

    /**
     * Refuses an answer to HEAD that is not the registry's word that it has a blob. An HTML page, such as a login page,
     * has a length too.
     *
     * @throws HttpException if it is about another blob, or is a page and does not name this one
     */
    static void requireOf(CallResponse answer, RegistrySession session, Digest blob) throws HttpException {
        Optional<Digest> claimed = of(answer, session);
        boolean comparable = claimed.isPresent() && claimed.get().algorithm().equals(blob.algorithm());
        if (comparable && !claimed.get().equals(blob)) {
            throw wrong(
                    answer,
                    answer.uri().getRawAuthority() + " was asked for " + blob + " and says that it has "
                            + claimed.get());
        }
        // Servers that guess say it of a blob too.
        if (HtmlPage.is(answer) && !comparable) {
            throw HtmlPage.failure(answer, "a blob");
        }
    }

    /** {@return the failure for a registry that names {@code claimed} where it was sent {@code sent}} */
    static HttpException contradiction(CallResponse answer, String host, Digest claimed, Digest sent) {
        return wrong(answer, host + " was sent " + sent + " and says that it has " + claimed);
    }

    /** {@return the failure for an answer with another digest; one of an algorithm unknown here may be any text} */
    static HttpException wrong(CallResponse answer, String what) {
        return answer.secrets().hide(new RegistryException(Reason.PROTOCOL, answer.status(), what));
    }
}
