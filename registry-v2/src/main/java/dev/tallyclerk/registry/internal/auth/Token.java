package dev.tallyclerk.registry.internal.auth;

import java.time.Duration;
import java.time.Instant;

/** A bearer token, and from when to when it is used. Never shows its text. */
public final class Token {
    /** What a token service that says nothing means (Docker's token specification). */
    static final Duration USUAL_TIME = Duration.ofSeconds(60);

    private static final Duration LONGEST_TIME = Duration.ofHours(1);
    private static final Duration LONGEST_MARGIN = Duration.ofSeconds(30);
    private static final int MARGIN_PART = 5;

    private final String text;
    private final Scope scope;
    private final Instant from;
    private final Duration time;

    private Token(String text, Scope scope, Instant from, Duration time) {
        this.text = text;
        this.scope = scope;
        this.from = from;
        this.time = time;
    }

    /**
     * {@return a token that is used until shortly before it expires, and for an hour at most}
     *
     * @param text visible ASCII
     * @param asked when it was asked for
     * @param time how long it is good from then on
     */
    static Token of(String text, Scope scope, Instant asked, Duration time) {
        Duration used = time.compareTo(LONGEST_TIME) < 0 ? time : LONGEST_TIME;
        Duration part = used.dividedBy(MARGIN_PART);
        Duration margin = part.compareTo(LONGEST_MARGIN) < 0 ? part : LONGEST_MARGIN;
        return new Token(text, scope, asked, used.minus(margin));
    }

    /** {@return what was asked for; the service may have given less} */
    Scope scope() {
        return scope;
    }

    /** {@return whether it is used at a time; not at one before it was given, when the clock has been moved} */
    boolean isUsedAt(Instant now) {
        return !now.isBefore(from) && Duration.between(from, now).compareTo(time) < 0;
    }

    /** {@return the Authorization header of RFC 6750} */
    String header() {
        return "Bearer " + text;
    }

    @Override
    public String toString() {
        return "a token for " + String.join(" ", scope.resources()) + " from " + from + " for " + time;
    }
}
