namespace LstmLab;
