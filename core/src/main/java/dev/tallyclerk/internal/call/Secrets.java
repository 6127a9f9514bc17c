package dev.tallyclerk.internal.call;

import dev.tallyclerk.http.HttpException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;

/** What a call has sent and must not be shown, even if the server repeats it. */
public final class Secrets {
    private static final Secrets NONE = new Secrets(Set.of());

    /** A shorter rest may be any word. */
    private static final int SHORTEST_REST = 10;

    /** To hide what is shorter would hide every word that has it, and so what went wrong. */
    private static final int SHORTEST = 3;

    private static final int MOST_TAKEN = 16;

    /** More of one text is in no message. */
    private static final int LONGEST_QUOTE = 1_000;

    private static final int LONGEST_TRIED = 8 * LONGEST_QUOTE;

    /** Also how messages end what is too long for them. */
    private static final String HIDDEN = "…";

    private final Set<String> texts;

    private Secrets(Set<String> texts) {
        this.texts = texts;
    }

    /** {@return no secrets} */
    public static Secrets none() {
        return NONE;
    }

    /** {@return these secrets and another one} */
    public Secrets and(String secret) {
        Set<String> more = new LinkedHashSet<>(texts);
        add(more, secret);
        return new Secrets(more);
    }

    /** Adds it as it is, as a form has it, and as a pointer into a document has it. */
    private static void add(Set<String> texts, String secret) {
        texts.add(secret);
        texts.add(URLEncoder.encode(secret, StandardCharsets.UTF_8));
        texts.add(secret.replace("~", "~0").replace("/", "~1"));
    }

    /** {@return these secrets and others} */
    public Secrets and(Secrets others) {
        Set<String> more = new LinkedHashSet<>(texts);
        more.addAll(others.texts);
        return more.isEmpty() ? NONE : new Secrets(more);
    }

    /** {@return the failure, or one that says the same without them; also what has caused it may not say them} */
    public HttpException hide(HttpException failure) {
        for (Throwable said = failure; said != null; said = said.getCause()) {
            String text = String.valueOf(said.getMessage());
            if (!hide(text).equals(text)) {
                return failure.withMessage(hide(String.valueOf(failure.getMessage())));
            }
        }
        return failure;
    }

    /** {@return {@code text} without them} */
    public String hide(String text) {
        String shown = text;
        // Also where something else has taken the beginning, as a chunk's length is taken from what follows; what is
        // too
        // long for that to be tried has it tried where the beginning of it is shown.
        int mostTaken = text.length() <= LONGEST_TRIED ? MOST_TAKEN : 0;
        // Each length of all of them, or the end of one spelling is taken for that of another, whose beginning stays.
        for (int taken = 0; taken <= mostTaken; taken++) {
            for (String secret : texts) {
                if (secret.length() - taken >= (taken == 0 ? SHORTEST : SHORTEST_REST)) {
                    shown = shown.replace(secret.substring(taken), HIDDEN);
                }
            }
        }
        for (String secret : texts) {
            shown = hideWhatIsCut(secret, shown);
        }
        return shown;
    }

    /** {@return the beginning of a text of any length, of which no message has more, without them} */
    public String hideBeginning(String text) {
        return hide(text.length() < LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE - 1) + HIDDEN);
    }

    /** Also the beginning of it, where a message had room for no more. */
    private static String hideWhatIsCut(String secret, String text) {
        StringBuilder shown = new StringBuilder();
        int from = 0;
        for (int cut = text.indexOf(HIDDEN); cut >= 0; cut = text.indexOf(HIDDEN, cut + 1)) {
            int rest = longestPart(secret, text, from, cut);
            shown.append(text, from, rest >= SHORTEST_REST ? cut - rest : cut);
            from = cut;
        }
        return shown.append(text, from, text.length()).toString();
    }

    /** {@return how many characters of {@code text}, from {@code from} at the earliest up to {@code end}, it has} */
    private static int longestPart(String secret, String text, int from, int end) {
        int longest = 0;
        for (int last = Math.min(secret.length(), LONGEST_QUOTE); last > longest; last--) {
            int same = 0;
            int most = Math.min(last, end - from);
            while (same < most && secret.charAt(last - 1 - same) == text.charAt(end - 1 - same)) {
                same++;
            }
            longest = Math.max(longest, same);
        }
        return longest;
    }

    @Override
    public String toString() {
        return texts.size() + " secrets";
    }
}
