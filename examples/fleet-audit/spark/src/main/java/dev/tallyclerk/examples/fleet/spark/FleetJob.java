package dev.tallyclerk.examples.fleet.spark;

import dev.tallyclerk.examples.fleet.FleetImage;
import dev.tallyclerk.examples.fleet.ImageRecord;
import dev.tallyclerk.examples.fleet.Judge;
import dev.tallyclerk.examples.fleet.LayerNeed;
import dev.tallyclerk.examples.fleet.LayerOutcome;
import dev.tallyclerk.examples.fleet.LayerScanner;
import dev.tallyclerk.examples.fleet.LayerUse;
import dev.tallyclerk.examples.fleet.Registries;
import dev.tallyclerk.examples.fleet.Settings;
import dev.tallyclerk.examples.fleet.Verdict;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.TaskCompletionListener;
import scala.Tuple2;

/**
 * The three steps of the audit as jobs: documents of images and results of layers are written as Parquet and read back,
 * and verdicts are made from them alone.
 */
final class FleetJob implements Serializable {
    private static final long serialVersionUID = 1;

    private static final StructType IMAGES = new StructType()
            .add("name", DataTypes.StringType)
            .add("record", DataTypes.BinaryType)
            .add("attached", DataTypes.BooleanType);
    private static final StructType LAYERS = new StructType()
            .add("layer", DataTypes.StringType)
            .add("kind", DataTypes.StringType)
            .add("reason", DataTypes.StringType)
            .add("message", DataTypes.StringType)
            .add("hashed", DataTypes.LongType)
            .add("key", DataTypes.StringType)
            .add("result", DataTypes.BinaryType);

    private final Settings settings;
    private final int parts;

    /**
     * Describes the jobs.
     *
     * @param parts into how many parts each step is cut
     */
    FleetJob(Settings settings, int parts) {
        this.settings = settings;
        this.parts = parts;
    }

    /**
     * What came of the jobs.
     *
     * @param verdicts the verdicts, sorted by name, while Spark runs
     * @param hashed how many bytes of layers were read and hashed
     * @param leftOut how many tags and entries are no images but attached to some
     */
    record Result(Iterator<Verdict> verdicts, long hashed, long leftOut) {}

    Result run(SparkSession spark, List<FleetImage> fleet, String work) {
        JavaRDD<FleetImage> all =
                JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(fleet, parts);
        spark.createDataFrame(all.mapPartitions(this::records), IMAGES)
                .write()
                .mode(SaveMode.Overwrite)
                .parquet(work + "/images");
        JavaRDD<Row> recorded = spark.read().parquet(work + "/images").toJavaRDD();
        JavaRDD<Row> images = recorded.filter(row -> !row.getBoolean(2));
        long leftOut = recorded.filter(row -> row.getBoolean(2)).count();

        JavaPairRDD<String, LayerUse> uses = images.flatMapToPair(FleetJob::uses)
                .aggregateByKey(
                        new LayerUse(),
                        parts,
                        (use, next) -> use.add(next._1, next._2),
                        (use, other) -> use.addAll(other));
        spark.createDataFrame(uses.values().mapPartitions(this::scannedAll).flatMap(rows -> rows), LAYERS)
                .write()
                .mode(SaveMode.Overwrite)
                .parquet(work + "/layers");
        JavaPairRDD<String, Row> layers = spark.read()
                .parquet(work + "/layers")
                .toJavaRDD()
                .mapToPair(row -> new Tuple2<>(row.getString(0), row));

        JavaPairRDD<String, Row> layersOfImages =
                images.flatMapToPair(FleetJob::needs).join(layers, parts).mapToPair(each -> each._2);
        Iterator<Verdict> verdicts = images.mapToPair(row -> new Tuple2<>(row.getString(0), row.<byte[]>getAs(1)))
                .cogroup(layersOfImages, parts)
                .mapPartitions(this::verdicts)
                .sortBy(Verdict::image, true, parts)
                .toLocalIterator();
        long hashed = layers.values().map(row -> row.getLong(4)).fold(0L, Long::sum);
        return new Result(verdicts, hashed, leftOut);
    }

    private Iterator<Row> records(Iterator<FleetImage> images) throws IOException {
        Judge judge = Judge.of(settings);
        Registries registries = registries();
        return mapped(images, image -> {
            ImageRecord record = ImageRecord.read(image, registries, judge);
            return RowFactory.create(record.name(), record.toBytes(), record.isAttached());
        });
    }

    /** {@return what opens images for as long as the task takes} */
    private Registries registries() throws IOException {
        Registries registries = Registries.of(settings.plainHttp(), System.getenv(), temporary());
        TaskContext.get().addTaskCompletionListener(new TaskCompletionListener() {
            @Override
            public void onTaskCompletion(TaskContext task) {
                try {
                    registries.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        });
        return registries;
    }

    /** {@return the folder for compressed archives while they are read} */
    static Path temporary() {
        return Path.of(System.getProperty("java.io.tmpdir"));
    }

    private static Iterator<Tuple2<String, Tuple2<LayerNeed, FleetImage>>> uses(Row row) throws IOException {
        ImageRecord image = ImageRecord.of(row.<byte[]>getAs(1));
        FleetImage holder = FleetImage.at(image.name(), image.origin());
        return image.layers().stream()
                .map(layer -> new Tuple2<>(layer.group(), new Tuple2<>(layer, holder)))
                .iterator();
    }

    private static Iterator<Tuple2<String, String>> needs(Row row) throws IOException {
        ImageRecord image = ImageRecord.of(row.<byte[]>getAs(1));
        return image.layers().stream()
                .map(layer -> new Tuple2<>(layer.key(), image.name()))
                .iterator();
    }

    private Iterator<Iterator<Row>> scannedAll(Iterator<LayerUse> uses) throws IOException {
        LayerScanner scanner = LayerScanner.of(registries(), Judge.of(settings));
        return mapped(uses, use -> {
            try {
                return scanned(use, scanner);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static Iterator<Row> scanned(LayerUse use, LayerScanner scanner) throws IOException {
        ResultMap results = new ResultMap();
        List<Row> rows = new ArrayList<>();
        for (Map.Entry<String, LayerOutcome> each : scanner.scan(use, results).entrySet()) {
            LayerOutcome outcome = each.getValue();
            // There is one result at most, because one promise at most holds.
            Map.Entry<String, byte[]> result = outcome.kind() == LayerOutcome.Kind.KNOWN
                    ? results.all().entrySet().iterator().next()
                    : Map.entry("", new byte[0]);
            rows.add(RowFactory.create(
                    each.getKey(),
                    outcome.kind().name(),
                    outcome.reason(),
                    outcome.message(),
                    outcome.hashed(),
                    result.getKey(),
                    result.getValue()));
        }
        return rows.iterator();
    }

    private Iterator<Verdict> verdicts(Iterator<Tuple2<String, Tuple2<Iterable<byte[]>, Iterable<Row>>>> images)
            throws IOException {
        Judge judge = Judge.of(settings);
        return mapped(images, image -> {
            try {
                return verdict(image._2._1.iterator().next(), image._2._2, judge);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static Verdict verdict(byte[] record, Iterable<Row> layers, Judge judge) throws IOException {
        ResultMap results = new ResultMap();
        Map<String, LayerOutcome> outcomes = new HashMap<>();
        for (Row layer : layers) {
            outcomes.put(
                    layer.getString(0),
                    new LayerOutcome(
                            LayerOutcome.Kind.valueOf(layer.getString(1)),
                            layer.getString(2),
                            layer.getString(3),
                            layer.getLong(4)));
            results.put(layer.getString(5), layer.<byte[]>getAs(6));
        }
        return judge.verdict(ImageRecord.of(record), results, layer -> outcomes.get(layer.key()));
    }

    private static <T, R> Iterator<R> mapped(Iterator<T> things, Function<T, R> function) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return things.hasNext();
            }

            @Override
            public R next() {
                return function.apply(things.next());
            }
        };
    }
}
