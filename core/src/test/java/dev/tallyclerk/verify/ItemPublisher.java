package dev.tallyclerk.verify;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Publishes given items to one subscriber on the thread that asks for them, and notes what it was asked. */
final class ItemPublisher<T> implements Flow.Publisher<T>, Flow.Subscription {
    final List<Long> requests = new ArrayList<>();
    int cancellations;
    private final Queue<T> items;
    private Flow.@Nullable Subscriber<? super T> subscriber;
    private long demand;
    private boolean busy;
    private boolean over;

    ItemPublisher(List<T> items) {
        this.items = new ArrayDeque<>(items);
    }

    @Override
    public void subscribe(Flow.Subscriber<? super T> newSubscriber) {
        subscriber = newSubscriber;
        newSubscriber.onSubscribe(this);
        drain();
    }

    @Override
    public void request(long n) {
        requests.add(n);
        if (over) {
            return;
        }
        if (n <= 0) {
            over = true;
            subscriber().onError(new IllegalArgumentException("demand is not positive: " + n));
            return;
        }
        demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
        drain();
    }

    @Override
    public void cancel() {
        cancellations++;
        over = true;
    }

    int left() {
        return items.size();
    }

    private Flow.Subscriber<? super T> subscriber() {
        return Objects.requireNonNull(subscriber);
    }

    private void drain() {
        if (busy) {
            return;
        }
        busy = true;
        while (!over && demand > 0 && !items.isEmpty()) {
            demand--;
            subscriber().onNext(items.remove());
        }
        if (!over && items.isEmpty()) {
            over = true;
            subscriber().onComplete();
        }
        busy = false;
    }
}
