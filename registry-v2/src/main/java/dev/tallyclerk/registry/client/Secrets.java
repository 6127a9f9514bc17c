package dev.tallyclerk.registry.client;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a call has sent and nobody else is to see, even if the registry repeats it. */
final class Secrets {
    private static final Secrets NONE = new Secrets(Set.of());

    private final Set<String> texts;

    private Secrets(Set<String> texts) {
        this.texts = texts;
    }

    static Secrets none() {
        return NONE;
    }

    /** {@return these secrets, what an Authorization header has after its scheme, and what it stands for} */
    static Secrets of(@Nullable String authorization, Credentials credentials) {
        Set<String> texts = new LinkedHashSet<>();
        if (authorization != null) {
            texts.add(authorization.substring(authorization.indexOf(' ') + 1));
        }
        if (!credentials.secret().isEmpty()) {
            texts.add(credentials.secret());
            texts.add(URLEncoder.encode(credentials.secret(), StandardCharsets.UTF_8));
        }
        return texts.isEmpty() ? NONE : new Secrets(texts);
    }

    /** {@return {@code text} without them} */
    String hide(String text) {
        String shown = text;
        for (String secret : texts) {
            shown = shown.replace(secret, "…");
        }
        return shown;
    }

    @Override
    public String toString() {
        return texts.size() + " secrets";
    }
}
