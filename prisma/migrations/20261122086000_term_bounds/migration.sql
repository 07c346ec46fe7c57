-- AlterTable
ALTER TABLE "contracts" ADD COLUMN     "least_material_efficiency" INTEGER,
ADD COLUMN     "least_runs" INTEGER,
ADD COLUMN     "least_time_efficiency" INTEGER,
ADD COLUMN     "most_material_efficiency" INTEGER,
ADD COLUMN     "most_runs" INTEGER,
ADD COLUMN     "most_time_efficiency" INTEGER;
