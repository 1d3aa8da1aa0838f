@echo off
rem Opens jpkidoctor in Windows Terminal where there is one, else in the console.
setlocal
set "HERE=%~dp0"
where /q wt.exe
if not errorlevel 1 (
    start "" wt.exe -d "%HERE%." "%HERE%jpkidoctor.exe" %*
    exit /b 0
)
rem The console of Windows 10: UTF-8, and room for the screens.
chcp 65001 >nul
mode con: cols=100 lines=32
"%HERE%jpkidoctor.exe" %*
if errorlevel 1 pause
