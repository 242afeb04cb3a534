namespace LstmLab.Charts;
