package dev.tallyclerk.hardening.policy;

import dev.tallyclerk.hardening.RuleParameter;
import dev.tallyclerk.hardening.RuleSetting;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;

/** Reads the value of one parameter. */
final class ParameterDocument {
    private ParameterDocument() {}

    static <T> RuleSetting<T> read(RuleParameter<T> parameter, JsonCursor at) throws JsonException {
        T value = value(parameter, at);
        try {
            return RuleSetting.of(parameter, value);
        } catch (IllegalArgumentException e) {
            throw at.badValue(Texts.messageOf(e));
        }
    }

    @SuppressWarnings("unchecked") // a parameter's type says which class its values have
    private static <T> T value(RuleParameter<T> parameter, JsonCursor at) throws JsonException {
        return (T)
                switch (parameter.type()) {
                    case INTEGER -> at.integer(Long.MIN_VALUE, Long.MAX_VALUE);
                    case DURATION -> Texts.duration(at);
                    case TEXT -> at.string();
                    case TEXT_LIST -> at.strings();
                    case FLAG -> at.bool();
                };
    }
}
